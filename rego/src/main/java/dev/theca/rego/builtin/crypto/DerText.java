package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The kinds of text in names. */
final class DerText {
  private DerText() {}

  static String of(int tag, byte[] bytes) throws BuiltinFault {
    return switch (tag) {
      case 0x14 -> new String(bytes, StandardCharsets.ISO_8859_1);
      case 0x13 -> {
        for (byte b : bytes) if (!printable(b)) throw bad("PrintableString");
        yield new String(bytes, StandardCharsets.US_ASCII);
      }
      case 0x0C -> {
        try {
          yield StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
          throw bad("UTF-8 string");
        }
      }
      case 0x1E -> wide(bytes);
      case 0x16 -> ascii(bytes);
      case 0x12 -> {
        for (byte b : bytes) if (b != ' ' && (b < '0' || b > '9')) throw bad("NumericString");
        yield new String(bytes, StandardCharsets.US_ASCII);
      }
      default ->
          throw new BuiltinFault("x509: invalid RDNSequence: unsupported string type: " + tag);
    };
  }

  static String ascii(byte[] bytes) throws BuiltinFault {
    for (byte b : bytes) if (b < 0) throw bad("IA5String");
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String wide(byte[] bytes) throws BuiltinFault {
    if (bytes.length % 2 != 0) throw bad("BMPString");
    int end = bytes.length;
    if (end >= 2 && bytes[end - 1] == 0 && bytes[end - 2] == 0) end -= 2;
    String text = new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_16BE);
    for (int i = 0; i < end; i += 2) {
      int point = (bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF;
      boolean none = point >= 0xFFFE || point >= 0xFDD0 && point <= 0xFDEF;
      if (none || Character.isSurrogate((char) point)) throw bad("BMPString");
    }
    return text;
  }

  private static boolean printable(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b > 0 && " '()+,-./:=?*&".indexOf(b) >= 0;
  }

  private static BuiltinFault bad(String what) {
    return new BuiltinFault("x509: invalid RDNSequence: invalid " + what);
  }
}
