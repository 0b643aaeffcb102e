package dev.theca.node.install;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What is installed: every file that was touched, as it was before (content, mode, owner), the
 * digest of what we wrote, and which pieces of it are ours.
 */
record Record(String containerd, List<Touched> files, List<Path> folders) {
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(64 << 20);

  /** One file; no pieces: all of it is ours. */
  record Touched(Path file, Optional<FileState> before, Digest after, List<Piece> pieces) {}

  static Path file(Path home) {
    return home.resolve("installed.json");
  }

  static Optional<Record> read(Path home) throws IOException {
    if (!Files.exists(file(home))) return Optional.empty();
    var json = Json.parse(Files.readAllBytes(file(home)), LIMITS).orThrow();
    if (!(json instanceof JsonObject all)) throw new IOException(file(home) + " is no record");
    var files = new ArrayList<Touched>();
    for (JsonValue item : all.requireArray("files").orThrow())
      files.add(touched((JsonObject) item));
    return Optional.of(
        new Record(
            all.requireString("containerd").orThrow(),
            files,
            all.requireStrings("folders").orThrow().stream().map(Path::of).toList()));
  }

  private static Touched touched(JsonObject json) {
    var pieces =
        json.array("pieces").orElse(List.of()).stream().map(p -> Piece.of((JsonObject) p)).toList();
    return new Touched(
        Path.of(json.requireString("path").orThrow()),
        json.object("before").map(Record::state),
        Digest.parse(json.requireString("after").orThrow()).orThrow(),
        pieces);
  }

  private static FileState state(JsonObject json) {
    return new FileState(
        Base64.getDecoder().decode(json.requireString("content").orThrow()),
        json.requireInteger("mode").orThrow().intValue(),
        json.requireInteger("uid").orThrow().intValue(),
        json.requireInteger("gid").orThrow().intValue());
  }

  FileState state() {
    var rows = new ArrayList<JsonValue>();
    for (Touched one : files) {
      var json = JsonObject.builder().put("path", one.file().toString());
      one.before()
          .ifPresent(
              before ->
                  json.put(
                      "before",
                      JsonObject.builder()
                          .put("mode", before.mode())
                          .put("uid", before.uid())
                          .put("gid", before.gid())
                          .put("content", Base64.getEncoder().encodeToString(before.content()))
                          .build()));
      json.put("after", one.after().toString());
      List<JsonValue> pieces = one.pieces().stream().<JsonValue>map(Piece::json).toList();
      rows.add(json.put("pieces", new JsonArray(pieces)).build());
    }
    var all =
        JsonObject.builder()
            .put("version", 1)
            .put("containerd", containerd)
            .put("files", new JsonArray(rows))
            .put("folders", JsonArray.strings(folders.stream().map(Path::toString).toList()))
            .build();
    return FileState.ours(Json.pretty(all).getBytes(StandardCharsets.UTF_8), 0600);
  }

  Optional<Touched> of(Path file) {
    return files.stream().filter(f -> f.file().equals(file)).findFirst();
  }
}
