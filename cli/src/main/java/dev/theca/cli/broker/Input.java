package dev.theca.cli.broker;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that commands read, within a bound. */
public final class Input {
  private static final int MAX_BYTES = 64 << 20;

  private Input() {}

  /** The whole file; {@code -} is standard input. */
  public static byte[] of(Path file) {
    try (var in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
      return whole(in, file);
    } catch (NoSuchFileException e) {
      throw new WrongUsage("there is no file " + file);
    } catch (IOException e) {
      throw new WrongUsage("the file " + file + " cannot be read");
    }
  }

  private static byte[] whole(InputStream in, Path file) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) throw new WrongUsage(file + " has more than 64 MiB");
    return bytes;
  }

  /** The file as text. */
  public static String text(Path file) {
    return new String(of(file), StandardCharsets.UTF_8);
  }

  /** The file as a JSON object. */
  public static JsonObject json(Path file) {
    if (Json.object(of(file)) instanceof Outcome.Granted<JsonObject>(var json)) return json;
    throw new WrongUsage("there is no JSON object in " + file);
  }
}
