package dev.theca.wire.http2;

/**
 * A frame as its receiver wants it: without padding and priority, and header blocks whole.
 *
 * @param size what it takes from the windows of flow control
 */
public record Frame(int type, int flags, int stream, byte[] payload, int size) {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int ACK = 0x1;
  public static final int END_STREAM = 0x1;
  public static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int PRIORITISED = 0x20;

  static final int HEAD = 9;

  /** The largest payload that either side sends when nothing else was agreed (RFC 9113 §4.2). */
  public static final int MAX_PAYLOAD = 1 << 14;

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** An unsigned number of four bytes, without its highest bit (reserved wherever it occurs). */
  public int number(int at) {
    return ((payload[at] & 0x7F) << 24)
        | ((payload[at + 1] & 0xFF) << 16)
        | ((payload[at + 2] & 0xFF) << 8)
        | (payload[at + 3] & 0xFF);
  }
}
