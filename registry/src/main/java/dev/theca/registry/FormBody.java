package dev.theca.registry;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A form as browsers and OAuth 2 clients send it (application/x-www-form-urlencoded), whose values
 * may be secrets: they stay bytes, and closing zeroes them. The first value of a name counts.
 */
final class FormBody implements AutoCloseable {
  private static final int MAX_BYTES = 16 << 10;
  private static final int MAX_FIELDS = 32;

  private final Map<String, byte[]> values = new LinkedHashMap<>();

  private FormBody() {}

  /** Reads one; empty when it is none, or too large. */
  static Optional<FormBody> read(InputStream in) throws IOException {
    byte[] text = in.readNBytes(MAX_BYTES + 1);
    var form = new FormBody();
    try {
      if (text.length <= MAX_BYTES && form.parse(text)) return Optional.of(form);
      form.close();
      return Optional.empty();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private boolean parse(byte[] text) {
    int fields = 0;
    for (int at = 0; at < text.length; fields++) {
      if (fields == MAX_FIELDS) return false;
      int end = at;
      while (end < text.length && text[end] != '&') end++;
      int equals = at;
      while (equals < end && text[equals] != '=') equals++;
      var name = decoded(text, at, equals);
      var value = decoded(text, Math.min(end, equals + 1), end);
      if (name.isEmpty() || value.isEmpty()) return false;
      values.putIfAbsent(new String(name.get(), StandardCharsets.UTF_8), value.get());
      at = end + 1;
    }
    return true;
  }

  private static Optional<byte[]> decoded(byte[] text, int from, int to) {
    byte[] out = new byte[to - from];
    int n = 0;
    for (int i = from; i < to; i++) {
      byte c = text[i] == '+' ? (byte) ' ' : text[i];
      if (c == '%') {
        int high = i + 2 < to ? Character.digit(text[i + 1], 16) : -1;
        int low = i + 2 < to ? Character.digit(text[i + 2], 16) : -1;
        if (high < 0 || low < 0) return Optional.empty();
        c = (byte) (high << 4 | low);
        i += 2;
      }
      out[n++] = c;
    }
    byte[] exact = Arrays.copyOf(out, n);
    Arrays.fill(out, (byte) 0);
    return Optional.of(exact);
  }

  /** A value that is no secret; empty when it is missing. */
  String text(String name) {
    return new String(values.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
  }

  /** A value that is one; the caller closes it. */
  Secret secret(String name) {
    return Secret.moveFrom(values.getOrDefault(name, new byte[0]).clone());
  }

  @Override
  public void close() {
    values.values().forEach(value -> Arrays.fill(value, (byte) 0));
  }
}
