package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Base 64 and base 16 of the bytes of strings. */
final class Encodings {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private Encodings() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "base64.encode", "string -> string", (c, a) -> encode(c, a, Base64.getEncoder())),
        Builtin.of("base64.decode", "string -> string", (c, a) -> decode(c, text(a), "+/")),
        Builtin.of("base64.is_valid", "any -> boolean", Encodings::isBase64),
        Builtin.of(
            "base64url.encode", "string -> string", (c, a) -> encode(c, a, Base64.getUrlEncoder())),
        Builtin.of(
            "base64url.encode_no_pad",
            "string -> string",
            (c, a) -> encode(c, a, Base64.getUrlEncoder().withoutPadding())),
        Builtin.of("base64url.decode", "string -> string", Encodings::decodeUrl),
        Builtin.of("hex.encode", "string -> string", Encodings::hex),
        Builtin.of("hex.decode", "string -> string", Encodings::unhex));
  }

  private static String text(Value[] a) {
    return ((TextValue) a[0]).text();
  }

  private static byte[] bytes(Calling context, Value[] a) {
    var text = (TextValue) a[0];
    context.spend(1L + 3L * text.text().length());
    return text.bytes();
  }

  private static Value encode(Calling context, Value[] a, Base64.Encoder encoder) {
    return Value.of(encoder.encodeToString(bytes(context, a)));
  }

  private static Value isBase64(Calling context, Value[] a) {
    try {
      if (!(a[0] instanceof TextValue(String text))) return BoolValue.FALSE;
      decode(context, text, "+/");
      return BoolValue.TRUE;
    } catch (BuiltinFault e) {
      return BoolValue.FALSE;
    }
  }

  /** Padding may be missing, as RFC 7515 appendix C has it. */
  private static Value decodeUrl(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a);
    if (!text.endsWith("=")) {
      int over = ((TextValue) a[0]).bytes().length % 4;
      if (over == 1) throw new BuiltinFault("illegal base64url string: " + text);
      if (over > 0) text += "=".repeat(4 - over);
    }
    return decode(context, text, "-_");
  }

  /**
   * As Go decodes: ends of lines anywhere are skipped, padding is needed, spare bits may be set.
   */
  private static Value decode(Calling context, String text, String last) throws BuiltinFault {
    context.spend(1L + text.length());
    var out = new ByteArrayOutputStream(text.length());
    int digits = 0;
    int padding = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') continue;
      int digit = DIGITS.indexOf(c);
      if (digit < 0 && last.indexOf(c) >= 0) digit = 62 + last.indexOf(c);
      boolean pad = c == '=' && digits % 4 >= 2 && digits % 4 + padding < 4;
      if (pad) padding++;
      else if (digit < 0 || padding > 0) throw illegal(i);
      if (pad) continue;
      bits = bits << 6 | digit;
      if (++digits % 4 == 0) append(out, bits, 3);
    }
    int rest = digits % 4;
    if (rest == 1 || rest > 1 && rest + padding != 4) throw illegal(text.length());
    if (rest > 1) append(out, bits << 6 * (4 - rest), rest - 1);
    return TextValue.ofBytes(out.toByteArray());
  }

  private static void append(ByteArrayOutputStream out, int bits, int count) {
    for (int i = 0; i < count; i++) out.write(bits >> 16 - 8 * i);
  }

  private static BuiltinFault illegal(int at) {
    return new BuiltinFault("illegal base64 data at input byte " + at);
  }

  private static Value hex(Calling context, Value[] a) {
    return Value.of(HexFormat.of().formatHex(bytes(context, a)));
  }

  private static Value unhex(Calling context, Value[] a) throws BuiltinFault {
    String text = text(a);
    context.spend(1L + text.length());
    for (int i = 0; i < text.length(); i++)
      if (!HexFormat.isHexDigit(text.charAt(i)))
        throw new BuiltinFault(
            "encoding/hex: invalid byte: U+%04X '%c'"
                .formatted((int) text.charAt(i), text.charAt(i)));
    if (text.length() % 2 != 0) throw new BuiltinFault("encoding/hex: odd length hex string");
    return TextValue.ofBytes(HexFormat.of().parseHex(text));
  }
}
