package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** {@code crypto.md5} and its kin, and {@code crypto.hmac.*}: lower-case hex. */
public final class DigestFunctions {
  private DigestFunctions() {}

  /** The functions. */
  public static List<Builtin> list() {
    return List.of(
        digest("md5", "MD5"),
        digest("sha1", "SHA-1"),
        digest("sha256", "SHA-256"),
        mac("md5", "HmacMD5"),
        mac("sha1", "HmacSHA1"),
        mac("sha256", "HmacSHA256"),
        mac("sha512", "HmacSHA512"),
        Builtin.of(
            "crypto.hmac.equal",
            "string, string -> boolean",
            (c, a) -> Value.of(MessageDigest.isEqual(bytes(c, a[0]), bytes(c, a[1])))));
  }

  private static Builtin digest(String name, String algorithm) {
    return Builtin.of(
        "crypto." + name, "string -> string", (c, a) -> hex(Jdk.digest(algorithm, bytes(c, a[0]))));
  }

  private static Builtin mac(String name, String algorithm) {
    return Builtin.of(
        "crypto.hmac." + name,
        "string, string -> string",
        (c, a) -> hex(Jdk.mac(algorithm, bytes(c, a[1]), bytes(c, a[0]))));
  }

  private static Value hex(byte[] bytes) {
    return Value.of(HexFormat.of().formatHex(bytes));
  }

  private static byte[] bytes(Calling context, Value text) {
    context.spend(((TextValue) text).text().length());
    return ((TextValue) text).bytes();
  }
}
