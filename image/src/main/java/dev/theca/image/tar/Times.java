package dev.theca.image.tar;

/** Times of archives as nanoseconds since 1970, which reach from 1677 to 2262. */
final class Times {
  private static final long BILLION = 1_000_000_000L;

  private Times() {}

  static long nanos(long seconds, long fraction) throws Malformed {
    try {
      return Math.addExact(Math.multiplyExact(seconds, BILLION), fraction);
    } catch (ArithmeticException e) {
      throw new Malformed("a time " + seconds + " seconds from 1970");
    }
  }
}
