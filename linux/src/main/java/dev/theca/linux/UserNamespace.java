package dev.theca.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A user namespace held by a descriptor, with no process in it. A virtual machine cannot fork into
 * one, so a helper program makes it: it unshares its user namespace, writes {@code ready} and a
 * newline, and waits for the end of its input.
 */
public final class UserNamespace implements AutoCloseable {
  private static final int SIGKILL = 9;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final byte[] READY = {'r', 'e', 'a', 'd', 'y', '\n'};

  private final Fd fd;

  private UserNamespace(Fd fd) {
    this.fd = fd;
  }

  /** Makes one with a helper (an absolute path and arguments) and fills in its maps. */
  @SuppressWarnings("try") // the helper's input is only held: its end tells it to go
  public static UserNamespace make(List<String> helper, IdMap users, IdMap groups) {
    Fd[] input = Fd.pipe();
    Fd[] output = Fd.pipe();
    try (Fd end = input[1];
        Fd said = output[0]) {
      ChildProcess child = start(helper, input[0], output[1]);
      // Exits closes the child when it has ended; our own hold on it outlives that.
      try (var held = ChildProcess.hold(child.pid())) {
        var unused = Exits.of(child);
        return made(held, said, helper, users, groups);
      }
    }
  }

  private static UserNamespace made(
      ChildProcess child, Fd said, List<String> helper, IdMap users, IdMap groups) {
    try {
      await(said, helper);
      Path process = Path.of("/proc", Long.toString(child.pid()));
      write(process.resolve("uid_map"), users);
      write(process.resolve("gid_map"), groups);
      return new UserNamespace(Fd.open(process.resolve("ns/user"), Fd.O_RDONLY));
    } finally {
      child.signal(SIGKILL);
    }
  }

  private static ChildProcess start(List<String> helper, Fd input, Fd output) {
    try (input;
        output) {
      return Spawn.of(helper)
          .environment("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
          .give(0, input)
          .give(1, output)
          .start();
    }
  }

  /** Waits in short sleeps, so that a virtual thread does not pin its carrier. */
  private static void await(Fd said, List<String> helper) {
    said.blocking(false);
    var text = ByteBuffer.allocateDirect(READY.length);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (text.hasRemaining()) {
      int read = said.read(text);
      if (read > 0) continue;
      if (read != -Errno.EAGAIN && read != -Errno.EINTR)
        throw new IllegalStateException(helper + " ended before it had a user namespace");
      if (System.nanoTime() > end)
        throw new IllegalStateException(helper + " did not say that it is ready in time");
      pause();
    }
    if (!text.flip().equals(ByteBuffer.wrap(READY)))
      throw new IllegalStateException(helper + " said something else than that it is ready");
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a user namespace was made", e);
    }
  }

  /** The kernel takes a map in one write only. */
  private static void write(Path file, IdMap map) {
    try {
      Files.writeString(file, map.lines(), StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot map ids " + map + " in " + file, e);
    }
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}
