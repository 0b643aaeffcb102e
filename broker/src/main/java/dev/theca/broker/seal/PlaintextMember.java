package dev.theca.broker.seal;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Finds {@code "plaintext":"BASE64"} in an answer without making a String of it. Base64 needs no
 * escapes in JSON, and the answer comes from the service that holds the key: whoever could write a
 * misleading one could as well decrypt everything.
 */
final class PlaintextMember {
  private static final byte[] NAME = "\"plaintext\"".getBytes(StandardCharsets.US_ASCII);

  private PlaintextMember() {}

  static Optional<Secret> in(byte[] json) {
    int at = indexOf(json);
    if (at < 0) return Optional.empty();
    at = skip(json, at + NAME.length, ':');
    at = at < 0 ? at : skip(json, at, '"');
    if (at < 0) return Optional.empty();
    int end = at;
    while (end < json.length && json[end] != '"') end++;
    if (end == json.length) return Optional.empty();
    byte[] encoded = Arrays.copyOfRange(json, at, end);
    try {
      return Optional.of(Secret.moveFrom(Base64.getDecoder().decode(encoded)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static int indexOf(byte[] json) {
    for (int i = 0; i + NAME.length <= json.length; i++)
      if (Arrays.equals(json, i, i + NAME.length, NAME, 0, NAME.length)) return i;
    return -1;
  }

  /** The place after white space and one sign; -1 when something else is there. */
  private static int skip(byte[] json, int from, char sign) {
    int at = from;
    while (at < json.length && " \t\r\n".indexOf(json[at]) >= 0) at++;
    return at < json.length && json[at] == sign ? at + 1 : -1;
  }
}
