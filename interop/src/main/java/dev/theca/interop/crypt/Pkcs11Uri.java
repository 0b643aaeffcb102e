package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A PKCS#11 URI (RFC 7512), as much as ocicrypt's key files use. A slot is named by its number;
 * without {@code slot-id} the module's first slot is taken. The PIN is not in {@code toString}.
 */
record Pkcs11Uri(
    Path module, Optional<Long> slot, String object, Optional<String> pinFile, char[] pin) {
  private static final int MAX_CHARS = 4096;
  private static final Set<String> KNOWN =
      Set.of(
          "token",
          "object",
          "id",
          "slot-id",
          "type",
          "manufacturer",
          "model",
          "serial",
          "module-path",
          "pin-value",
          "pin-source");

  static Outcome<Pkcs11Uri> parse(String text) {
    if (!text.startsWith("pkcs11:") || text.length() > MAX_CHARS)
      return bad("pkcs11:object=LABEL?module-path=FILE", "another text");
    int query = text.indexOf('?');
    Map<String, String> given = new HashMap<>();
    String path = query < 0 ? text.substring(7) : text.substring(7, query);
    if (!put(given, path, ";") || query >= 0 && !put(given, text.substring(query + 1), "&"))
      return bad("attributes of RFC 7512, each once", "others");
    String module = given.getOrDefault("module-path", "");
    String object = given.getOrDefault("object", "");
    String slot = given.getOrDefault("slot-id", "");
    // SunPKCS11 reads its configuration as text: no quotes, no substitutions
    if (!module.startsWith("/") || module.chars().anyMatch(c -> c < 0x20 || c == '"' || c == '$'))
      return bad("an absolute module-path", "none, or another");
    if (object.isEmpty()) return bad("object=LABEL", "none");
    if (!slot.matches("[0-9]{0,10}")) return bad("slot-id as a number", "another text");
    String source = given.getOrDefault("pin-source", "").replaceFirst("^file:(//)?", "");
    return Outcome.granted(
        new Pkcs11Uri(
            Path.of(module),
            slot.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(slot)),
            object,
            source.isEmpty() ? Optional.empty() : Optional.of(source),
            given.getOrDefault("pin-value", "").toCharArray()));
  }

  private static boolean put(Map<String, String> into, String attributes, String separator) {
    for (String attribute : attributes.isEmpty() ? new String[0] : attributes.split(separator)) {
      int equals = attribute.indexOf('=');
      String name = equals < 0 ? "" : attribute.substring(0, equals);
      if (!KNOWN.contains(name)) return false;
      try {
        // a plus sign is itself in RFC 7512, unlike in forms
        String value =
            URLDecoder.decode(
                attribute.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
        if (value.indexOf('\0') >= 0 || into.put(name, value) != null) return false;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "pkcs11:object=" + object + "?module-path=" + module;
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.KEY_FILE.refuse(
        "PKCS#11 key file", expected, found, "see pkcs11 key files in the documentation");
  }
}
