package dev.theca.image.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decodes PEM that holds a private key, without making a text of it. */
final class SecretPem {
  private static final int MAX_BYTES = 64 << 10;
  private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----");

  private SecretPem() {}

  interface Use<T> {
    T with(String label, byte[] der);
  }

  /** Lends the first block that is no curve's name; empty when there is none. The DER is zeroed. */
  static <T> Optional<T> lend(byte[] pem, Use<T> use) {
    if (pem.length > MAX_BYTES) return Optional.empty();
    int at = 0;
    while (true) {
      int from = find(pem, "-----BEGIN ", at);
      if (from < 0) return Optional.empty();
      int line = find(pem, "-----\n", from + 11);
      if (line < 0) line = find(pem, "-----\r\n", from + 11);
      if (line < 0) return Optional.empty();
      var label = LABEL.matcher(new String(pem, from, line + 5 - from, StandardCharsets.US_ASCII));
      int to = find(pem, "-----END ", line + 5);
      if (!label.matches() || to < 0) return Optional.empty();
      at = to;
      if (label.group(1).equals("EC PARAMETERS")) continue; // openssl writes it before the key
      byte[] base64 = Arrays.copyOfRange(pem, line + 5, to);
      byte[] der = new byte[0];
      try {
        der = Base64.getMimeDecoder().decode(base64);
        return Optional.of(use.with(label.group(1), der));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      } finally {
        Arrays.fill(base64, (byte) 0);
        Arrays.fill(der, (byte) 0);
      }
    }
  }

  private static int find(byte[] bytes, String text, int from) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = from; i + wanted.length <= bytes.length; i++)
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) return i;
    return -1;
  }
}
