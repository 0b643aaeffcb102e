package dev.theca.kit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Feeds changed copies of good inputs to a parser for a while. A parser may refuse with a value or
 * with the exceptions that its contract names; anything else, or a run that takes more than five
 * seconds of the processor, or a minute of the clock, is a find. A find prints the seed and the
 * input, so that it can be tried again.
 *
 * <p>System properties: {@code theca.fuzz.seconds} (default a half, or a tenth of {@code
 * theca.check.seconds}), {@code theca.fuzz.seed}. On a slow machine a run goes on until it has
 * tried a hundred inputs. The short form begins at the same seed each time, so that a change and
 * not chance makes it fail; the long forms begin somewhere else each time.
 */
public final class Fuzz {
  /** Takes one input; throws what its contract names, or nothing. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] input) throws Exception;
  }

  private static final long SLOW_NANOS = 5_000_000_000L;
  private static final long STUCK_NANOS = 60_000_000_000L;
  private static final int LEAST = 101;
  private static final long LATE_NANOS = 40_000_000_000L;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int SHOWN = 2048;
  private static final int MAX = 1 << 17;
  private static final int[] EDGES = {0, 1, 0x7F, 0x80, 0xFF, 0x20, '"', '{', '[', '0', '9'};

  private Fuzz() {}

  /** Runs a parser whose contract is to refuse by value. */
  public static long run(String name, List<byte[]> seeds, Target target) {
    return run(name, seeds, target, Never.class);
  }

  private static final class Never extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Runs; {@code allowed} exceptions belong to the contract. The number of inputs. */
  public static long run(
      String name, List<byte[]> seeds, Target target, Class<? extends Exception> allowed) {
    long seed = Long.getLong("theca.fuzz.seed", isLong() ? System.nanoTime() : name.hashCode());
    double seconds = seconds();
    var random = new Random(seed);
    long begun = System.nanoTime();
    long runs = 0;
    for (long now = begun; goesOn(now - begun, seconds, runs); now = System.nanoTime()) {
      byte[] input = changed(seeds, random);
      long start = System.nanoTime();
      long worked = CLOCK.getCurrentThreadCpuTime();
      try {
        target.take(input);
      } catch (Exception | StackOverflowError | OutOfMemoryError e) {
        if (!allowed.isInstance(e)) throw new AssertionError(find(name, seed, input), e);
      }
      // a machine that does something else meanwhile is nobody's fault
      if (CLOCK.getCurrentThreadCpuTime() - worked > SLOW_NANOS
          || System.nanoTime() - start > STUCK_NANOS)
        throw new AssertionError("slow: " + find(name, seed, input));
      runs++;
    }
    System.out.printf(
        Locale.ROOT,
        "fuzz %s: %d inputs in a budget of %.1f s, seed %d%n",
        name,
        runs,
        seconds,
        seed);
    return runs;
  }

  /** A busy machine takes few inputs in its budget: it gets more time for them. */
  private static boolean goesOn(long nanos, double seconds, long runs) {
    return nanos < seconds * 1e9 || runs < LEAST && nanos < LATE_NANOS;
  }

  private static boolean isLong() {
    return System.getProperty("theca.fuzz.seconds") != null
        || System.getProperty("theca.check.seconds") != null;
  }

  private static double seconds() {
    String own = System.getProperty("theca.fuzz.seconds");
    if (own != null) return Double.parseDouble(own);
    String check = System.getProperty("theca.check.seconds");
    return check == null ? 0.5 : Double.parseDouble(check) / 10;
  }

  private static String find(String name, long seed, byte[] input) {
    String hex = HexFormat.of().formatHex(input, 0, Math.min(input.length, SHOWN));
    return name + ", -Dtheca.fuzz.seed=" + seed + ", " + input.length + " bytes: " + hex;
  }

  private static byte[] changed(List<byte[]> seeds, Random random) {
    byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
    int changes = 1 << random.nextInt(5);
    for (int i = 0; i < changes; i++) input = change(input, seeds, random);
    return input.length > MAX ? Arrays.copyOf(input, MAX) : input;
  }

  private static byte[] change(byte[] in, List<byte[]> seeds, Random random) {
    if (in.length == 0) return new byte[] {(byte) random.nextInt(256)};
    int at = random.nextInt(in.length);
    switch (random.nextInt(7)) {
      case 0 -> in[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> in[at] = (byte) EDGES[random.nextInt(EDGES.length)];
      case 2 -> in[at] = (byte) random.nextInt(256);
      case 3 -> {
        return Arrays.copyOf(in, at);
      }
      case 4 -> {
        return joined(in, at, in, Math.min(in.length, at + 1 + random.nextInt(8)));
      }
      case 5 -> {
        return joined(in, Math.min(in.length, at + 1 + random.nextInt(64)), in, at);
      }
      default -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        return joined(in, at, other, other.length == 0 ? 0 : random.nextInt(other.length));
      }
    }
    return in;
  }

  /** The first bytes of one and the last of another. */
  private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
    byte[] out = Arrays.copyOf(head, to + tail.length - from);
    System.arraycopy(tail, from, out, to, tail.length - from);
    return out;
  }
}
