package dev.theca.broker.http;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.Kbs;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer: status, content type (empty for an empty body), headers beside it, body. */
public record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
  public Answer {
    headers = Map.copyOf(headers);
  }

  public static Answer json(JsonValue value) {
    return new Answer(200, "application/json", Map.of(), Json.write(value));
  }

  public static Answer text(String text) {
    return bytes("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer bytes(String contentType, byte[] body) {
    return new Answer(200, contentType, Map.of(), body);
  }

  public static Answer empty() {
    return new Answer(200, "", Map.of(), new byte[0]);
  }

  /** ErrorInformation of the KBS protocol. */
  public static Answer error(int status, String variant, String detail) {
    return new Answer(status, "application/json", Map.of(), Json.write(Kbs.error(variant, detail)));
  }

  /** With one more header. */
  public Answer with(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new Answer(status, contentType, all, body);
  }
}
