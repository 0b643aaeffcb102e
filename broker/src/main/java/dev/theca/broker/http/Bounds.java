package dev.theca.broker.http;

/**
 * What a front holds at most.
 *
 * @param connections open connections; the next ones are told 503 and closed
 * @param requests requests in the handler at a time; the next ones are told 503
 * @param bodyBytes one request's body
 * @param headerBytes one request's header; a bearer token may fill it
 * @param largeBodiesBytes all bodies together that are larger than {@link #SMALL_BODY_BYTES}; the
 *     next ones are told 503
 */
public record Bounds(
    int connections, int requests, int bodyBytes, int headerBytes, long largeBodiesBytes) {
  /** Bodies up to this size do not count: their sum is bounded by the connections. */
  static final int SMALL_BODY_BYTES = 64 << 10;

  /** KBS protocol: bodies up to 2 MiB; ours: 256 KiB of header. */
  public static final Bounds DEFAULT = new Bounds(2048, 256, 2 << 20, 256 << 10, 32L << 20);

  public Bounds {
    if (connections < 1 || requests < 1 || bodyBytes < 0 || headerBytes < 1024)
      throw new IllegalArgumentException("bounds of a front are positive");
    if (largeBodiesBytes < bodyBytes || largeBodiesBytes >> 10 > Integer.MAX_VALUE)
      throw new IllegalArgumentException("all bodies together are at least one body");
  }
}
