package dev.theca.bench.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Runs one kind of operation over so many connections for a while, and times each. */
final class Load {
  /** One operation on a connection; throws when the answer is not the wanted one. */
  @FunctionalInterface
  interface Operation {
    void run(Wire wire) throws IOException;
  }

  /**
   * What came out.
   *
   * @param cpuMicros of the server, for each operation
   */
  record Figures(
      long operations, double perSecond, double cpuMicros, double p50Millis, double p99Millis) {
    double perSecondOfCore() {
      return 1e6 / cpuMicros;
    }
  }

  private final InetSocketAddress address;
  private final Server server;

  Load(Server server) {
    this.address = server.address();
    this.server = server;
  }

  Figures run(int connections, Duration time, Operation operation)
      throws InterruptedException, ExecutionException {
    return run(connections, time, Long.MAX_VALUE, operation);
  }

  /** Ends with the time or after so many operations, whichever is first. */
  Figures run(int connections, Duration time, long most, Operation operation)
      throws InterruptedException, ExecutionException {
    var left = new AtomicLong(most);
    long start = System.nanoTime();
    long end = start + time.toNanos();
    var tasks =
        IntStream.range(0, connections)
            .<Callable<long[]>>mapToObj(i -> () -> one(i, left, end, operation))
            .toList();
    long cpu = server.cpuMicros();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long[] all = new long[0];
      for (var done : threads.invokeAll(tasks)) {
        long[] some = done.get();
        int before = all.length;
        all = Arrays.copyOf(all, before + some.length);
        System.arraycopy(some, 0, all, before, some.length);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long used = server.cpuMicros() - cpu;
      Arrays.sort(all);
      return new Figures(
          all.length,
          all.length / seconds,
          (double) used / all.length,
          all[all.length / 2] / 1e6,
          all[(int) (all.length * 0.99)] / 1e6);
    }
  }

  private long[] one(int connection, AtomicLong left, long end, Operation operation)
      throws IOException {
    long[] nanos = new long[1024];
    int count = 0;
    try (var wire = new Wire(address, connection)) {
      for (long start = System.nanoTime();
          start < end && left.getAndDecrement() > 0;
          start = System.nanoTime()) {
        operation.run(wire);
        if (count == nanos.length) nanos = Arrays.copyOf(nanos, count * 2);
        nanos[count++] = System.nanoTime() - start;
      }
    }
    return Arrays.copyOf(nanos, count);
  }
}
