package dev.theca.wire.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as bytes (RFC 9113 §4.1 and §6). */
public final class Frames {
  private Frames() {}

  static byte[] head(int type, int flags, int stream, int size) {
    return ByteBuffer.allocate(Frame.HEAD)
        .put((byte) (size >> 16))
        .putShort((short) size)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .array();
  }

  /** A frame as bytes. */
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(Frame.HEAD + payload.length)
        .put(head(type, flags, stream, payload.length))
        .put(payload)
        .array();
  }

  /** A whole header block; one that is longer than a frame may be goes on in others. */
  public static byte[] headers(int stream, byte[] block, boolean last) {
    var all = new ByteArrayOutputStream(block.length + Frame.HEAD);
    int at = 0;
    do {
      int size = Math.min(Frame.MAX_PAYLOAD, block.length - at);
      int flags = at + size == block.length ? Frame.END_HEADERS : 0;
      if (at == 0 && last) flags |= Frame.END_STREAM;
      all.writeBytes(head(at == 0 ? Frame.HEADERS : Frame.CONTINUATION, flags, stream, size));
      all.write(block, at, size);
      at += size;
    } while (at < block.length);
    return all.toByteArray();
  }

  /** A frame with one number: a window's growth, or why a stream ends. */
  public static byte[] number(int type, int stream, int number) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  public static byte[] goAway(int last, ErrorCode code, String words) {
    byte[] text = words.getBytes(StandardCharsets.UTF_8);
    var payload = ByteBuffer.allocate(8 + text.length);
    payload.putInt(last).putInt(code.ordinal()).put(text);
    return frame(Frame.GOAWAY, 0, 0, payload.array());
  }
}
