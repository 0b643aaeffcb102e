package dev.theca.broker.reference;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.admin.VerifyingKey;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A key that may say what is good.
 *
 * @param name what {@code kid} of a signature says
 * @param scope patterns of the names that it may register: {@code *} is any text, everything else
 *     stands for itself
 */
record ProvenanceKey(String name, VerifyingKey key, List<String> scope, Optional<Instant> expires) {
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,127}");
  private static final int MAX_FILE_BYTES = 64 << 10;

  ProvenanceKey {
    scope = List.copyOf(scope);
  }

  static Outcome<ProvenanceKey> parse(JsonObject json) {
    var fields = new Fields(ReferenceCode.SETTINGS, "reference.keys", json);
    String name = fields.text("name");
    if (!NAME.matcher(name).matches())
      fields.wrong("name", "a name of letters, digits, _ . : / @ -", ReferenceCode.shown(name));
    var scope = fields.texts("scope");
    if (scope.isEmpty() || scope.size() > 100 || scope.stream().anyMatch(s -> s.length() > 512))
      fields.wrong("scope", "1 to 100 patterns of names", scope.size() + "");
    Optional<Instant> expires = Optional.empty();
    String text = fields.text("expires", "");
    try {
      if (!text.isEmpty()) expires = Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      fields.wrong("expires", "a time like 2027-01-31T00:00:00Z", ReferenceCode.shown(text));
    }
    var until = expires;
    var key = key(fields, json);
    return fields.done(() -> name).then(n -> key.map(k -> new ProvenanceKey(n, k, scope, until)));
  }

  private static Outcome<VerifyingKey> key(Fields fields, JsonObject json) {
    String pem = fields.text("pem", "");
    String file = fields.text("file", "");
    boolean jwk = fields.has("jwk");
    if ((pem.isEmpty() ? 0 : 1) + (file.isEmpty() ? 0 : 1) + (jwk ? 1 : 0) != 1)
      return ReferenceCode.SETTINGS.refuse(
          "provenance key", "one of jwk, pem, file", "none or several", "give the public key once");
    if (jwk) return json.requireObject("jwk").then(VerifyingKey::jwk);
    if (!pem.isEmpty()) return VerifyingKey.pem(pem);
    try {
      var path = Path.of(file);
      if (Files.size(path) <= MAX_FILE_BYTES) return VerifyingKey.pem(Files.readString(path));
    } catch (IOException | IllegalArgumentException e) {
      return unreadable(file);
    }
    return unreadable(file);
  }

  private static Outcome<VerifyingKey> unreadable(String file) {
    return ReferenceCode.SETTINGS.refuse(
        "file of the provenance key",
        "a readable PEM file",
        ReferenceCode.shown(file),
        "correct the configuration");
  }

  boolean validAt(Instant now) {
    return expires.filter(t -> !now.isBefore(t)).isEmpty();
  }

  boolean covers(String valueName) {
    return scope.stream().anyMatch(pattern -> matches(pattern, valueName));
  }

  /** Without regular expressions, in time of pattern times name. */
  private static boolean matches(String pattern, String name) {
    int at = 0;
    int star = -1;
    int resumed = 0;
    int i = 0;
    while (i < name.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        resumed = i;
      } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++resumed;
      } else return false;
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') at++;
    return at == pattern.length();
  }
}
