package dev.theca.broker;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What a broker without configuration makes for itself: a provenance key, under which its owner
 * registers reference values. A configuration with a table {@code [reference]} has none made.
 */
final class FirstStart {
  private static final String FILE = "provenance-key.jwk";

  private FirstStart() {}

  /** The configuration, with the made key where nothing else says who may say what is good. */
  static JsonObject completed(JsonObject config, Path state) throws IOException {
    if (config.get("reference").isPresent()) return config;
    var key =
        JsonObject.builder()
            .put("name", "owner")
            .put("scope", JsonArray.of(new dev.theca.wire.json.JsonString("*")))
            .put("jwk", key(state.resolve(FILE)).publicJson())
            .build();
    var all = JsonObject.builder();
    config.members().forEach(all::put);
    return all.put("reference", JsonObject.builder().put("keys", JsonArray.of(key)).build())
        .build();
  }

  /** Made once, mode 0600; whoever starts at the same time takes the first one's. */
  private static Jwk key(Path file) throws IOException {
    if (!Files.exists(file)) {
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var beside = file.resolveSibling(FILE + "." + ProcessHandle.current().pid());
      try (Secret made = Jwk.generate("P-256").privateJson();
          var out =
              Files.newByteChannel(
                  beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
        int unused =
            made.<Integer, IOException>lend(
                bytes -> {
                  var buffer = java.nio.ByteBuffer.wrap(bytes);
                  while (buffer.hasRemaining()) out.write(buffer);
                  return 0;
                });
      }
      try {
        Files.createLink(file, beside);
      } catch (FileAlreadyExistsException e) {
        // theirs is the key
      } finally {
        Files.delete(beside);
      }
    }
    try (Secret stored = Secret.moveFrom(Files.readAllBytes(file))) {
      return Jwk.parse(stored).orThrow();
    }
  }
}
