package dev.theca.node.control;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a request of the launcher; its format is at the head of {@code launcher.c}. */
final class ControlRequest {
  private static final int TEXTS = 8;
  private static final int MAX_TEXT = 64 << 10;
  private static final int MAX_INPUT = 10 << 20;
  private static final int LEAST = 4 * (TEXTS + 1);

  /** More than the greatest input takes with the longest texts. */
  private static final int MAX = MAX_INPUT + MAX_TEXT + LEAST;

  private ControlRequest() {}

  /** How many bytes follow; an {@link IOException} when they are too few or too many. */
  static int size(InputStream in) throws IOException {
    int size = new DataInputStream(in).readInt();
    if (size < LEAST || size > MAX) throw new IOException("a request of " + size + " bytes");
    return size;
  }

  /** Reads what follows. Memory grows with what arrives, not with what was announced. */
  static ControlSocket.Call read(InputStream stream, int size) throws IOException {
    var in = new DataInputStream(stream);
    int left = size;
    var texts = new String[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
      byte[] field = field(in, left - 4, MAX_TEXT);
      texts[i] = text(field);
      left -= 4 + field.length;
    }
    byte[] input = field(in, left - 4, MAX_INPUT);
    if (left != 4 + input.length) throw new IOException("bytes after the last field");
    return new ControlSocket.Call(
        texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7], input);
  }

  private static byte[] field(DataInputStream in, int left, int most) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > Math.min(left, most))
      throw new IOException("a field of " + length + " bytes");
    byte[] field = in.readNBytes(length);
    if (field.length < length) throw new IOException("a request that ends early");
    return field;
  }

  private static String text(byte[] bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a field that is no UTF-8 text", e);
    }
  }
}
