package dev.theca.wire.http2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Header blocks in the plainest form of RFC 7541: literals without indexing (§6.2.2), no Huffman
 * code. No state, so any block can be made once and sent often.
 */
public final class HpackEncoder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a field; name and value are ISO 8859-1. */
  public HpackEncoder field(String name, String value) {
    out.write(0);
    string(name);
    string(value);
    return this;
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) out.write(rest & 127 | 128);
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  public byte[] block() {
    return out.toByteArray();
  }
}
