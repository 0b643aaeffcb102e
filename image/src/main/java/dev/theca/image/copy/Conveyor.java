package dev.theca.image.copy;

import dev.theca.image.ImageException;
import dev.theca.image.work.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of a stream through stages, in order, on threads of their own: one for each stage
 * when a stream has the processors to itself, fewer when other streams are under way, and the
 * caller's alone when each of those has a processor at most (then a thread hands its bytes to
 * nobody, and they stay in its cache). Memory is {@value #BUFFERS} buffers of {@value
 * #BUFFER_BYTES} bytes, whatever the stream's length. When it returns or throws, no thread of its
 * own is left; the first fault of any stage ends all.
 */
final class Conveyor {
  static final int BUFFERS = 8;
  static final int BUFFER_BYTES = 256 << 10;

  /** One step of the way: may change the bytes in place. */
  interface Stage {
    void take(byte[] bytes, int length) throws IOException;
  }

  private record Chunk(byte[] bytes, int length) {
    static final Chunk END = new Chunk(new byte[0], -1);
  }

  private final List<Stage> stages;
  private final List<BlockingQueue<Chunk>> queues = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();

  private Conveyor(List<Stage> stages) {
    this.stages = stages;
    for (int i = 0; i <= stages.size(); i++) queues.add(new ArrayBlockingQueue<>(BUFFERS + 1));
    for (int i = 0; i < BUFFERS; i++) queues.getLast().add(new Chunk(new byte[BUFFER_BYTES], 0));
  }

  /** Every stage on a thread of its own. */
  static void run(InputStream in, List<Stage> stages) throws IOException {
    new Conveyor(stages).run(in);
  }

  /** At most so many threads beside the caller's, neighbouring stages together. */
  static void run(InputStream in, List<Stage> stages, int threads) throws IOException {
    if (threads < 2) alone(in, joined(stages));
    else if (threads >= stages.size()) new Conveyor(stages).run(in);
    else {
      var groups = new ArrayList<Stage>();
      for (int i = 0; i < threads; i++)
        groups.add(
            joined(stages.subList(i * stages.size() / threads, (i + 1) * stages.size() / threads)));
      new Conveyor(groups).run(in);
    }
  }

  private static Stage joined(List<Stage> stages) {
    return (bytes, length) -> {
      for (var stage : stages) stage.take(bytes, length);
    };
  }

  private static void alone(InputStream in, Stage stage) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    int filled;
    do {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new ImageException("interrupted", new InterruptedException());
      }
      filled = in.readNBytes(bytes, 0, bytes.length);
      if (filled > 0) stage.take(bytes, filled);
    } while (filled == bytes.length);
  }

  private void run(InputStream in) throws IOException {
    for (int i = 0; i < stages.size(); i++) {
      int stage = i;
      threads.add(Workers.named("conveyor-" + i).unstarted(() -> guarded(() -> work(stage))));
    }
    threads.forEach(Thread::start);
    boolean interrupted = guarded(() -> feed(in));
    for (Thread thread : threads) interrupted |= joined(thread);
    var found = fault.get();
    if (interrupted) Thread.currentThread().interrupt();
    switch (found) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case InterruptedException e -> throw new ImageException("interrupted", e);
      default -> throw new ImageException(String.valueOf(found.getMessage()), found);
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Whether the thread was interrupted from outside. */
  private boolean guarded(Work work) {
    try {
      work.run();
      return false;
    } catch (InterruptedException e) {
      boolean first = fault.compareAndSet(null, e);
      stop();
      return first;
    } catch (IOException | RuntimeException | Error e) {
      fault.compareAndSet(null, e);
      stop();
      return false;
    }
  }

  private void stop() {
    for (Thread thread : threads) if (!thread.equals(Thread.currentThread())) thread.interrupt();
    queues.getLast().offer(Chunk.END); // wakes the feeder
  }

  private static boolean joined(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
  }

  private void feed(InputStream in) throws IOException, InterruptedException {
    while (fault.get() == null) {
      Chunk free = queues.getLast().take();
      if (free.length < 0) return;
      int filled = in.readNBytes(free.bytes, 0, free.bytes.length);
      if (filled > 0) queues.getFirst().put(new Chunk(free.bytes, filled));
      if (filled < free.bytes.length) break;
    }
    queues.getFirst().put(Chunk.END);
  }

  private void work(int stage) throws IOException, InterruptedException {
    while (true) {
      Chunk chunk = queues.get(stage).take();
      if (chunk.length < 0) {
        if (stage + 1 < stages.size()) queues.get(stage + 1).put(chunk);
        return;
      }
      stages.get(stage).take(chunk.bytes, chunk.length);
      queues.get(stage + 1).put(chunk);
    }
  }
}
