package dev.theca.kit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer: status, header fields, body. Nothing in it needs to fit together. */
public record Reply(int status, Map<String, String> fields, byte[] body) {
  public static Reply of(int status) {
    return new Reply(status, Map.of(), new byte[0]);
  }

  public static Reply of(int status, String body) {
    return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  public Reply with(String name, String value) {
    var all = new LinkedHashMap<>(fields);
    all.put(name, value);
    return new Reply(status, all, body);
  }

  public Reply without(String name) {
    var all = new LinkedHashMap<>(fields);
    all.remove(name);
    return new Reply(status, all, body);
  }

  public Reply withBody(byte[] other) {
    return new Reply(status, fields, other);
  }

  public Reply withStatus(int other) {
    return new Reply(other, fields, body);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reply r
        && r.status == status
        && r.fields.equals(fields)
        && java.util.Arrays.equals(r.body, body);
  }

  @Override
  public int hashCode() {
    return status + fields.hashCode();
  }

  @Override
  public String toString() {
    return status + " " + fields + " " + body.length + " bytes";
  }
}
