package dev.theca.wire.grpc;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Http2Exception;

/** Ends a connection whose peer sends frames that cost it nothing, without end. */
final class Calm {
  private static final int MOST = 2000;
  private static final long SPAN_NANOS = 1_000_000_000L;

  private long since = System.nanoTime();
  private int count;

  void count() throws Http2Exception {
    long now = System.nanoTime();
    if (now - since > SPAN_NANOS) {
      since = now;
      count = 0;
    }
    if (++count > MOST)
      throw new Http2Exception(
          ErrorCode.ENHANCE_YOUR_CALM, "more than " + MOST + " such frames in a second");
  }
}
