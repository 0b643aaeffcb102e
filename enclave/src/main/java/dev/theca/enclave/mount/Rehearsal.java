package dev.theca.enclave.mount;

import dev.theca.enclave.TeePlatform;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * What a mount server does while it has nothing to do: the same steps once with a volume and a key
 * of its own, so that the real ones run through code that is loaded and warm. Nothing of it stays.
 */
final class Rehearsal {
  private static final Path BASE = Path.of("/tmp/rehearsal.seal");
  private static final Path UPPER = Path.of("/tmp/rehearsal.upper");

  private Rehearsal() {}

  static void run(TeePlatform platform) throws IOException {
    var unused = platform.self();
    var random = new SecureRandom();
    var uuid = UUID.randomUUID();
    try (var key = Secret.random(32, random);
        var upperKey = Secret.random(32, random);
        var writer = VolumeWriter.create(BASE, uuid, key)) {
      var name = "f".getBytes(StandardCharsets.US_ASCII);
      long file = writer.file(VolumeWriter.ROOT, name, new Meta(0644, 0, 0, 0));
      writer.data(file, 0, new byte[64 << 10], 0, 64 << 10);
      var sealed = writer.seal();
      try (var volume = Volume.openBase(BASE, uuid, key, sealed.root()).orThrow()) {
        volume.withEphemeralUpper(UPPER, UUID.randomUUID(), upperKey);
        volume.inject("/d/f", new byte[8 << 10], 0755);
      }
    } finally {
      Files.deleteIfExists(BASE);
      Files.deleteIfExists(UPPER);
    }
  }
}
