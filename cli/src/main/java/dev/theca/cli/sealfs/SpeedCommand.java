package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeTree;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs bench}: how fast this machine seals and opens, without a mount. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Writes a base with one file into a folder, reads it back, and says how fast that was, three",
      "times: the first is cold. What lies in the page cache is not read from the disk. Against other",
      "file systems: ./x bench sealfs.",
      "",
      "Example: theca sealfs bench /tmp --megabytes 256"
    })
final class SpeedCommand implements Callable<Integer> {
  private static final int PIECE = 1 << 20;
  private static final int ROUNDS = 3;
  private static final byte[] NAME = "content".getBytes(StandardCharsets.US_ASCII);

  @Mixin private Talk talk = new Talk();

  @Parameters(paramLabel = "FOLDER", description = "on the disk that is asked about")
  private Path folder = Path.of("");

  @Option(
      names = "--megabytes",
      defaultValue = "256",
      paramLabel = "N",
      description = "1 to 16384 (default: ${DEFAULT-VALUE})")
  private int megabytes;

  @Override
  public Integer call() {
    return talk.run(this::measure);
  }

  private int measure(Outlet outlet) throws IOException {
    if (megabytes < 1 || megabytes > 16_384) throw new WrongUsage("--megabytes is 1 to 16384");
    if (!Files.isDirectory(folder)) throw new WrongUsage(folder + " is no folder");
    byte[] piece = new byte[PIECE];
    new SplittableRandom(1).nextBytes(piece);
    var json = JsonObject.builder().put("megabytes", megabytes);
    var text = new StringBuilder();
    for (int round = 1; round <= ROUNDS; round++) {
      Path file = folder.resolve("theca-bench-" + UUID.randomUUID() + ".seal");
      var id = UUID.randomUUID();
      try (var key = Secret.random(KeyFile.BYTES, new SecureRandom())) {
        long start = System.nanoTime();
        byte[] root = write(file, id, key, piece);
        long written = System.nanoTime();
        read(file, id, key, root, piece);
        long seals = rate(written - start);
        long opens = rate(System.nanoTime() - written);
        json.put("seal-" + round, seals).put("open-" + round, opens);
        text.append("seal %d MiB/s, open %d MiB/s%n".formatted(seals, opens));
      } finally {
        Files.deleteIfExists(file);
      }
    }
    return outlet.say(json.build(), text.toString());
  }

  private long rate(long nanos) {
    return Math.round(megabytes * 1e9 / nanos);
  }

  private byte[] write(Path file, UUID id, Secret key, byte[] piece) {
    try (var writer = VolumeWriter.create(file, id, key)) {
      long ino = writer.file(VolumeWriter.ROOT, NAME, new Meta(0600, 0, 0, 0));
      for (int i = 0; i < megabytes; i++) writer.data(ino, (long) i * PIECE, piece, 0, PIECE);
      return writer.seal().root();
    }
  }

  private void read(Path file, UUID id, Secret key, byte[] root, byte[] piece) {
    try (var volume = Volume.openBase(file, id, key, root).orThrow()) {
      var tree = volume.tree();
      long ino = tree.find(VolumeTree.ROOT, NAME).orElseThrow().ino();
      for (int i = 0; i < megabytes; i++)
        if (tree.read(ino, (long) i * PIECE, piece, 0, PIECE) != PIECE)
          throw new IllegalStateException("the file became shorter");
    }
  }
}
