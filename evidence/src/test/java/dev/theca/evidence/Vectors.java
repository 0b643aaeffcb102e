package dev.theca.evidence;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of genuine evidence, which is never part of the repository. */
public final class Vectors {
  private Vectors() {}

  /** A file or folder of it; the test is skipped with a message when it is not on this machine. */
  public static Path path(String name) {
    String named = System.getenv("THECA_SHARED");
    Path shared =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    Path path = shared.resolve("testdata/evidence").resolve(name);
    assumeTrue(Files.exists(path), () -> "test data not found: " + path + " (set THECA_SHARED)");
    return path;
  }

  public static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String name) {
    return new String(bytes(name), StandardCharsets.ISO_8859_1);
  }

  public static List<JsonObject> objects(String name) {
    var all = (JsonArray) Json.parse(bytes(name), new Limits(64 << 20, 32, 1 << 20, 256)).orThrow();
    return all.items().stream().map(JsonObject.class::cast).toList();
  }
}
