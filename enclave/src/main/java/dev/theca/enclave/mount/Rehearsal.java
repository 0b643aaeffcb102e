package dev.theca.enclave.mount;

import dev.theca.enclave.TeePlatform;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a mount server does while it has nothing to do: the same steps once with volumes and keys of
 * its own, so that the real ones run through code that is loaded and warm. Nothing of it stays.
 *
 * <p>Nothing is mounted here: a process that waits for a mount of its own when it is killed never
 * ends, because its waiting thread holds the device open that would end the wait.
 */
final class Rehearsal {
  private static final int FILES = 2;

  /** A block and a bit: its ciphers are still slow. */
  private static final int FILE_BYTES = 20 << 10;

  private Rehearsal() {}

  static void run(TeePlatform platform) throws IOException {
    var unused = platform.self();
    volumes();
  }

  /** A base with an ephemeral upper, and a volume that stays. */
  private static void volumes() throws IOException {
    Path folder = Files.createTempDirectory("rehearsal");
    var random = new SecureRandom();
    var uuid = UUID.randomUUID();
    try (var key = Secret.random(32, random);
        var upperKey = Secret.random(32, random);
        var writer = VolumeWriter.create(folder.resolve("base.seal"), uuid, key)) {
      for (int i = 0; i < FILES; i++) {
        var name = ("f" + i).getBytes(StandardCharsets.US_ASCII);
        long file = writer.file(VolumeWriter.ROOT, name, new Meta(0644, 0, 0, 0));
        writer.data(file, 0, new byte[FILE_BYTES], 0, FILE_BYTES);
      }
      var sealed = writer.seal();
      var root = Volume.openBase(folder.resolve("base.seal"), uuid, key, sealed.root()).orThrow();
      root.withEphemeralUpper(folder.resolve("upper.seal"), UUID.randomUUID(), upperKey);
      root.inject("/d/f", new byte[8 << 10], 0755);
      for (int i = 0; i < FILES; i++)
        if (root.peek("/f" + i, FILE_BYTES).isEmpty()) throw new IOException("a file is missing");
      root.close();
      var kept =
          Volume.open(
                  folder.resolve("data.seal"),
                  UUID.randomUUID(),
                  upperKey,
                  VolumeState.NEW,
                  VolumeOptions.USUAL)
              .orThrow();
      kept.inject("/d/f", new byte[FILE_BYTES], 0644);
      kept.sync();
      kept.close();
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.toList();
    }
    for (Path path : all.reversed()) Files.deleteIfExists(path);
  }
}
