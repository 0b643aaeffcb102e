package dev.theca.bench.policy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Contestants in turn, round by round. Rates are for a second of the thread's own processor time,
 * for a machine that others use too; latencies are by the clock.
 */
final class Contest {
  private static final long SLICE_NANOS = 300_000_000;
  private static final int BATCH = 16;
  private static final int LATENCIES = 20_000;
  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Keeps results alive. */
  static volatile Object sink = "";

  private final String title;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  /** One of them, and which of ours it stands beside. */
  private static final class Contestant {
    final Supplier<?> work;
    final Optional<String> beside;
    final List<Double> rates = new ArrayList<>();
    final List<Double> middles = new ArrayList<>();
    final List<Double> tails = new ArrayList<>();
    long bytes;

    Contestant(Supplier<?> work, Optional<String> beside) {
      this.work = work;
      this.beside = beside;
    }

    double nanos() {
      return 1e9 / median(rates);
    }
  }

  Contest(String title) {
    this.title = title;
  }

  /** One of ours. */
  Contest ours(String name, Supplier<?> work) {
    contestants.put(name, new Contestant(work, Optional.empty()));
    return this;
  }

  /** One that is compared with one of ours. */
  Contest beside(String ours, String name, Supplier<?> work) {
    contestants.put(name, new Contestant(work, Optional.of(ours)));
    return this;
  }

  /** Two rounds are not counted: the compiler works. */
  void run(int rounds) {
    for (int round = -2; round < rounds; round++) {
      for (var one : contestants.values()) {
        double rate = rate(one.work, round < 0 ? SLICE_NANOS * 2 : SLICE_NANOS);
        if (round < 0) continue;
        one.rates.add(rate);
        latencies(one);
      }
    }
    for (var one : contestants.values()) one.bytes = bytes(one.work);
    print();
  }

  private static double rate(Supplier<?> work, long slice) {
    long from = THREAD.getCurrentThreadCpuTime();
    long used = 0;
    long n = 0;
    while (used < slice) {
      for (int i = 0; i < BATCH; i++) sink = work.get();
      n += BATCH;
      used = THREAD.getCurrentThreadCpuTime() - from;
    }
    return n * 1e9 / used;
  }

  private static void latencies(Contestant one) {
    double likely = 1e9 / one.rates.getLast();
    long[] nanos = new long[Math.clamp((long) (SLICE_NANOS / likely), 20, LATENCIES)];
    for (int i = 0; i < nanos.length; i++) {
      long from = System.nanoTime();
      sink = one.work.get();
      nanos[i] = System.nanoTime() - from;
    }
    Arrays.sort(nanos);
    one.middles.add(nanos[nanos.length / 2] / 1e3);
    one.tails.add(nanos[nanos.length * 99 / 100] / 1e3);
  }

  private static long bytes(Supplier<?> work) {
    int times = 100;
    long from = THREAD.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) sink = work.get();
    return (THREAD.getCurrentThreadAllocatedBytes() - from) / times;
  }

  private void print() {
    System.out.printf(
        Locale.ROOT,
        "%n%s%n  %-42s %11s %9s %9s %9s%n",
        title,
        "",
        "/s of core",
        "p50 us",
        "p99 us",
        "bytes");
    contestants.forEach(
        (name, one) ->
            System.out.printf(
                Locale.ROOT,
                "  %-42s %11.0f %9.2f %9.2f %9d%s%n",
                name,
                median(one.rates),
                median(one.middles),
                median(one.tails),
                one.bytes,
                one.beside.map(ours -> ratio(ours, one)).orElse("")));
  }

  private String ratio(String ours, Contestant other) {
    var mine = java.util.Objects.requireNonNull(contestants.get(ours), ours);
    double ratio = mine.nanos() / other.nanos();
    return String.format(Locale.ROOT, "  ratio %5.2f%s", ratio, ratio > 1 ? "  <- we lose" : "");
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
