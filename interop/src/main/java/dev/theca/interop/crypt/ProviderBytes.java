package dev.theca.interop.crypt;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Bytes in the JSON of the key provider protocol. Go writes base64, Rust arrays of numbers, and one
 * Rust encrypter plain JSON text: all three are read. Absent and null are no bytes.
 */
final class ProviderBytes {
  private static final int MAX = 64 << 10;

  private ProviderBytes() {}

  /** Empty when the member is something else. */
  static Optional<byte[]> read(JsonObject json, String member) {
    return json.get(member).map(ProviderBytes::read).orElse(Optional.of(new byte[0]));
  }

  static Optional<byte[]> read(JsonValue value) {
    return switch (value) {
      case JsonNull none -> Optional.of(new byte[0]);
      case JsonArray(List<JsonValue> items) -> array(items);
      case JsonString(String text) when text.startsWith("{") ->
          bounded(text.getBytes(StandardCharsets.UTF_8));
      case JsonString(String text) -> base64(text);
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> base64(String text) {
    try {
      return bounded(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> bounded(byte[] bytes) {
    return bytes.length > MAX ? Optional.empty() : Optional.of(bytes);
  }

  private static Optional<byte[]> array(List<JsonValue> items) {
    if (items.size() > MAX) return Optional.empty();
    byte[] bytes = new byte[items.size()];
    for (int i = 0; i < bytes.length; i++) {
      long value = items.get(i) instanceof JsonNumber number ? number.toLong().orElse(-1L) : -1L;
      if (value < 0 || value > 255) return Optional.empty();
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }

  /** As an array of numbers: Rust reads nothing else, Go reads it too. */
  static byte[] array(byte[] bytes) {
    byte[] out = new byte[bytes.length * 4 + 2];
    int at = 0;
    out[at++] = '[';
    for (byte b : bytes) {
      int value = b & 0xFF;
      if (at > 1) out[at++] = ',';
      if (value >= 100) out[at++] = (byte) ('0' + value / 100);
      if (value >= 10) out[at++] = (byte) ('0' + value / 10 % 10);
      out[at++] = (byte) ('0' + value % 10);
    }
    out[at++] = ']';
    byte[] exact = java.util.Arrays.copyOf(out, at);
    java.util.Arrays.fill(out, (byte) 0);
    return exact;
  }
}
