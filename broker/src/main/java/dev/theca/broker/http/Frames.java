package dev.theca.broker.http;

/**
 * Follows the frames of an HTTP/2 connection (RFC 9113 section 4.1) just enough to know whether the
 * peer is in the middle of something: a frame, the preface, or a header block in several frames.
 */
final class Frames {
  private static final int HEADER_BYTES = 9;
  private static final int HEADERS = 1;
  private static final int PUSH_PROMISE = 5;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final byte[] header = new byte[HEADER_BYTES];
  private int headerFilled;
  private int skip = 24; // the preface
  private boolean openBlock;

  void received(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (skip > 0) {
        int step = Math.min(skip, bytes.length - at);
        skip -= step;
        at += step;
        continue;
      }
      header[headerFilled++] = bytes[at++];
      if (headerFilled == HEADER_BYTES) frame();
    }
  }

  private void frame() {
    headerFilled = 0;
    skip = (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | header[2] & 0xFF;
    int type = header[3];
    boolean ends = (header[4] & END_HEADERS) != 0;
    if (type == HEADERS || type == PUSH_PROMISE || type == CONTINUATION) openBlock = !ends;
  }

  /** Whether more must come before anything is complete. */
  boolean unfinished() {
    return skip > 0 || headerFilled > 0 || openBlock;
  }
}
