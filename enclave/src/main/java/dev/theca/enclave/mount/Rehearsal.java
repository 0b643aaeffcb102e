package dev.theca.enclave.mount;

import dev.theca.enclave.TeePlatform;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.SealMount;
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
 * its own, mounted over the transport that the machine offers, so that the real ones run through
 * code that is loaded and warm. The same steps train the runtime's cache when a bundle is built.
 * Nothing of it stays.
 */
final class Rehearsal {
  private static final int FILES = 16;
  private static final int FILE_BYTES = 64 << 10;

  private Rehearsal() {}

  /** With the platform's report, as at the start of the mount server. */
  static void run(TeePlatform platform) throws IOException {
    var unused = platform.self();
    steps();
  }

  /** Where there is no platform: a bundle is being built. */
  static void train() throws IOException {
    steps();
    steps();
  }

  private static void steps() throws IOException {
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
      var volume = Volume.openBase(folder.resolve("base.seal"), uuid, key, sealed.root()).orThrow();
      volume.withEphemeralUpper(folder.resolve("upper.seal"), UUID.randomUUID(), upperKey);
      volume.inject("/d/f", new byte[8 << 10], 0755);
      mounted(volume, folder.resolve("root"));
      var kept =
          Volume.open(
                  folder.resolve("data.seal"),
                  UUID.randomUUID(),
                  upperKey,
                  VolumeState.NEW,
                  VolumeOptions.USUAL)
              .orThrow();
      mounted(kept, folder.resolve("data"));
    } finally {
      remove(folder);
    }
  }

  /** Writes, reads, lists and removes, as a program at its start does. */
  private static void mounted(Volume volume, Path target) throws IOException {
    Files.createDirectory(target);
    try (var mount = SealMount.mount(volume, target)) {
      Path folder = Files.createDirectories(target.resolve("made/here"));
      for (int i = 0; i < FILES; i++) {
        Path file = Files.write(folder.resolve("w" + i), new byte[FILE_BYTES]);
        if (Files.readAllBytes(file).length != FILE_BYTES) throw new IOException("a short file");
      }
      int seen = 0;
      for (Path path : below(target)) if (Files.readAttributes(path, "*").size() > 0) seen++;
      if (seen < FILES) throw new IOException("files are missing");
      Files.move(folder.resolve("w0"), folder.resolve("moved"));
      Files.delete(folder.resolve("w1"));
      System.err.println("stage=rehearsal transport=" + mount.transport());
    }
  }

  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    for (Path path : below(folder).reversed()) Files.deleteIfExists(path);
  }
}
