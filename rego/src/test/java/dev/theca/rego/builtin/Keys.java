package dev.theca.rego.builtin;

import dev.theca.rego.value.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** The keys and certificates of the tests; {@code keys/README.md} says how they were made. */
final class Keys {
  private Keys() {}

  static String pem(String name) {
    try (var in = Objects.requireNonNull(Keys.class.getResourceAsStream("keys/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Value text(String... names) {
    var all = new StringBuilder();
    for (String name : names) all.append(pem(name));
    return Value.of(all.toString());
  }

  /** The bytes of a file with one block. */
  static byte[] der(String name) {
    return Base64.getMimeDecoder().decode(pem(name).replaceAll("-----[^-]*-----", ""));
  }

  static Value base64(byte[] bytes) {
    return Value.of(Base64.getEncoder().encodeToString(bytes));
  }
}
