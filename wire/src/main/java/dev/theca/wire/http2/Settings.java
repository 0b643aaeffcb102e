package dev.theca.wire.http2;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** The parameters of a SETTINGS frame that mean something here (RFC 9113 §6.5.2). */
public final class Settings {
  public static final int HEADER_TABLE_SIZE = 1;
  public static final int ENABLE_PUSH = 2;
  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int MAX_FRAME_SIZE = 5;
  public static final int MAX_HEADER_LIST_SIZE = 6;

  private static final long MAX_WINDOW = Integer.MAX_VALUE;
  private static final long MAX_FRAME = (1 << 24) - 1;

  private Settings() {}

  /** A frame of pairs of parameter and value. */
  public static byte[] frame(int... pairs) {
    var payload = ByteBuffer.allocate(pairs.length / 2 * 6);
    for (int i = 0; i < pairs.length; i += 2)
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    return Frames.frame(Frame.SETTINGS, 0, 0, payload.array());
  }

  /** Looks at every parameter; the window that new streams have, when it is among them. */
  public static OptionalInt initialWindow(Frame settings) throws Http2Exception {
    var in = ByteBuffer.wrap(settings.payload());
    OptionalInt window = OptionalInt.empty();
    while (in.hasRemaining()) {
      int parameter = in.getShort() & 0xFFFF;
      long value = Integer.toUnsignedLong(in.getInt());
      switch (parameter) {
        case ENABLE_PUSH -> must(value <= 1, ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH", value);
        case INITIAL_WINDOW_SIZE -> {
          must(value <= MAX_WINDOW, ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE", value);
          window = OptionalInt.of((int) value);
        }
        case MAX_FRAME_SIZE ->
            must(
                value >= Frame.MAX_PAYLOAD && value <= MAX_FRAME,
                ErrorCode.PROTOCOL_ERROR,
                "MAX_FRAME_SIZE",
                value);
        default -> {} // the others limit what is never done here, or are unknown
      }
    }
    return window;
  }

  private static void must(boolean right, ErrorCode code, String name, long value)
      throws Http2Exception {
    if (!right) throw new Http2Exception(code, name + " is " + value);
  }
}
