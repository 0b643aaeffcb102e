package dev.theca.cli.sealfs;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the newest state of a volume in its record. Reports are written at most twenty times a
 * second; whoever awaits one waits for the disk. Never goes back.
 */
final class RecordKeeper implements AnchorKeeper, AutoCloseable {
  private static final long PAUSE_MILLIS = 50;

  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread writer;
  private VolumeRecord newest;
  private VolumeRecord written;
  private boolean closed;

  RecordKeeper(Path file, VolumeRecord record) {
    this.file = file;
    this.newest = record;
    this.written = record;
    this.writer = Thread.ofPlatform().daemon().name("record").start(this::work);
  }

  private static long sequence(VolumeRecord record) {
    return record.anchor().map(Anchor::sequence).orElse(-1L);
  }

  @Override
  public void report(Anchor state) {
    lock.lock();
    try {
      if (state.sequence() <= sequence(newest)) return;
      newest = newest.at(state);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void await(Anchor state) {
    report(state);
    try {
      write();
    } catch (IOException e) {
      throw new SealfsException("cannot keep the state of the volume in " + file, e);
    }
  }

  private void write() throws IOException {
    writing.lock();
    try {
      VolumeRecord now = newest();
      if (sequence(now) == sequence(written)) return;
      now.write(file);
      written = now;
    } finally {
      writing.unlock();
    }
  }

  private VolumeRecord newest() {
    lock.lock();
    try {
      return newest;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    try {
      for (long seen = sequence(newest()); await(seen); ) {
        seen = sequence(newest());
        write();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("stage=record outcome=fault reason=\"" + e + "\""); // await says it too
    }
  }

  private boolean await(long seen) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && sequence(newest) == seen) changed.await();
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what was reported last. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    write();
    writer.interrupt();
  }
}
