package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer that is killed at any moment leaves no volume, or a whole one. Long form: {@code
 * theca.check.seconds}.
 */
class CrashTest {
  private static final byte[] KEY = new byte[32];

  @TempDir Path folder;

  /** What the child does: volumes one after the other, each said only after it was sealed. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    var random = new SecureRandom();
    byte[] noise = new byte[300_000];
    var meta = new Meta(0644, 0, 0, 0);
    for (int number = 0; ; number++) {
      var uuid = new UUID(7, number);
      random.nextBytes(noise);
      try (var key = Secret.moveFrom(KEY.clone());
          var writer = VolumeWriter.create(folder.resolve(number + ".seal"), uuid, key)) {
        for (int i = 0; i < 4; i++) {
          long file = writer.file(VolumeWriter.ROOT, new byte[] {(byte) ('a' + i)}, meta);
          writer.data(file, 0, noise, 0, noise.length);
        }
        System.out.println(number + " " + HexFormat.of().formatHex(writer.seal().root()));
        System.out.flush();
      }
    }
  }

  @Test
  void a_killed_writer_leaves_no_volume_or_a_whole_one() throws Exception {
    long seconds = Long.getLong("theca.check.seconds", 0);
    if (seconds > 0) System.out.println("crash: a budget of " + seconds + " s");
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    var random = new Random();
    int whole = 0;
    for (int round = 0; round < 3 || System.nanoTime() < end; round++)
      whole += round(Files.createDirectory(folder.resolve("r" + round)), 50 + random.nextInt(500));
    assertThat(whole).isPositive();
  }

  private static int round(Path folder, int millis) throws Exception {
    var process =
        new ProcessBuilder(
                Rig.command(List.of("-XX:+UseSerialGC"), CrashTest.class, folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    for (long end = System.nanoTime() + 60_000_000_000L;
        Files.size(folder.resolve("said")) == 0 && process.isAlive() && System.nanoTime() < end; )
      Thread.sleep(5); // the first volume, so that a busy machine does not kill an idle child
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    assertThat(ended).as("the writer goes on until it is killed").isFalse();
    process.destroyForcibly().waitFor();
    String said = Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
    int whole = 0;
    for (String line : said.lines().toList()) {
      String[] parts = line.split(" ");
      if (parts.length < 2 || parts[1].length() < 64) continue;
      assertThat(opens(folder, Integer.parseInt(parts[0]), parts[1])).as(line).isTrue();
      whole++;
    }
    try (var files = Files.list(folder)) {
      long volumes = files.filter(f -> f.toString().endsWith(".seal")).count();
      assertThat(volumes)
          .as("at most one was sealed and not said")
          .isBetween((long) whole, whole + 1L);
    }
    return whole;
  }

  private static boolean opens(Path folder, int number, String root) {
    try (var key = Secret.moveFrom(KEY.clone())) {
      var opened =
          Volume.openBase(
              folder.resolve(number + ".seal"),
              new UUID(7, number),
              key,
              HexFormat.of().parseHex(root));
      if (!opened.isGranted()) return false;
      try (var volume = opened.orThrow()) {
        byte[] first = volume.peek("/a", 1 << 20).orElseThrow();
        return Arrays.equals(first, volume.peek("/d", 1 << 20).orElseThrow());
      }
    }
  }
}
