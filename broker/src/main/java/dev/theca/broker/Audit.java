package dev.theca.broker;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Every decision, one JSON line each, in the order it was made. A line carries the hash of the line
 * before, so that a removed or changed one shows. Never holds a secret.
 */
final class Audit {
  private static final int KEPT = 1000;

  private final Path file;
  private String last;
  private final Deque<JsonObject> recent = new ArrayDeque<>();

  private Audit(Path file, String last) {
    this.file = file;
    this.last = last;
  }

  static Audit open(Path file) throws IOException {
    String last = "";
    if (Files.exists(file)) {
      try (var lines = Files.lines(file)) {
        last = lines.reduce("", (a, b) -> b);
      }
    }
    return new Audit(
        file, last.isEmpty() ? "" : Digest.sha256(last.getBytes(StandardCharsets.UTF_8)).hex());
  }

  synchronized void record(String event, String outcome, JsonObject detail) {
    var entry =
        JsonObject.builder()
            .put("time", Instant.now().toString())
            .put("event", event)
            .put("outcome", outcome)
            .put("detail", detail)
            .put("previous", last)
            .build();
    byte[] line = Json.write(entry);
    try {
      Files.write(
          file,
          (new String(line, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the audit log", e);
    }
    last = Digest.sha256(line).hex();
    recent.addLast(entry);
    if (recent.size() > KEPT) recent.removeFirst();
  }

  synchronized List<JsonValue> recent() {
    return new ArrayList<>(recent);
  }
}
