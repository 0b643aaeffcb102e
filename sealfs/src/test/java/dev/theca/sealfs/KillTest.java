package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.sealfs.tree.Who;
import dev.theca.wire.secret.Secret;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with an open volume is killed (SIGKILL) at any moment, over and over on the same files:
 * each sync that it said was answered holds. Long form: {@code theca.check.seconds}.
 */
class KillTest {
  private static final int S_IFREG = 0100000;
  private static final int KEPT = 40;
  private static final UUID ID = new UUID(5, 6);
  private static final Commits.Rhythm RESTLESS =
      new Commits.Rhythm(3, 1 << 16, 64, 20_000, 5, false);

  @TempDir Path folder;

  private static Volume open(Path folder) {
    Path file = folder.resolve("v.seal");
    try (var key = Secret.moveFrom(new byte[32])) {
      return Volume.open(
              file,
              ID,
              key,
              null,
              Files.exists(folder.resolve("begun")) ? VolumeState.ANY : VolumeState.NEW,
              VolumeOptions.USUAL,
              RESTLESS,
              Surroundings.real())
          .orThrow();
    }
  }

  private static byte[] content(int number) {
    byte[] bytes = new byte[number % 7 == 0 ? 150_000 : number % 50 * 300];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  /** What the child does: numbered files, each said only when its sync was answered. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int number = Integer.parseInt(args[1]);
    var volume = open(folder);
    Path begun = folder.resolve("begun");
    if (!Files.exists(begun)) Files.createFile(begun);
    while (true) {
      byte[] name = ModelTree.name("n" + number);
      byte[] early = ModelTree.name("new" + number);
      if (volume.namespace().find(Volume.ROOT, early) != null)
        volume.namespace().unlink(Volume.ROOT, early);
      Stat made = volume.namespace().mknod(Who.ROOT, Volume.ROOT, early, S_IFREG | 0600, 0, 0);
      volume.namespace().forget(made.ino(), 1);
      byte[] bytes = content(number);
      if (bytes.length > 0) {
        int unused =
            volume.store().files().write(made.ino(), 0, ByteBuffer.wrap(bytes), false, false);
      }
      volume.namespace().rename(Who.ROOT, Volume.ROOT, early, Volume.ROOT, name, 0);
      byte[] old = ModelTree.name("n" + (number - KEPT));
      if (volume.namespace().find(Volume.ROOT, old) != null)
        volume.namespace().unlink(Volume.ROOT, old);
      volume.sync();
      System.out.println(number);
      System.out.flush();
      number++;
    }
  }

  private static Process child(Path folder, int from) throws Exception {
    var options = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    return new ProcessBuilder(
            Rig.command(options, KillTest.class, folder.toString(), String.valueOf(from)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Rounds of start and kill on one folder; how many. */
  private static int chain(Path folder, int rounds, long end) throws Exception {
    var random = new Random();
    int said = 0;
    int round = 0;
    for (; round < rounds || System.nanoTime() < end; round++) {
      var process = child(folder, said + 1);
      int before = said;
      try (var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        if (random.nextInt(3) == 0) {
          // While it starts, recovers and opens.
          boolean unused = process.waitFor(150 + random.nextInt(350), TimeUnit.MILLISECONDS);
        } else {
          int least = random.nextInt(60);
          String line = lines.readLine();
          for (int i = 0; line != null && i < least; i++) {
            said = Integer.parseInt(line);
            line = lines.readLine();
          }
          if (line != null) said = Integer.parseInt(line);
          Thread.sleep(0, random.nextInt(900_000));
        }
        assertThat(process.isAlive()).as("it works until it is killed").isTrue();
        boolean unused = ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
        for (String line = lines.readLine(); line != null; line = lines.readLine())
          if (!line.isEmpty()) said = Integer.parseInt(line);
      }
      process.waitFor();
      if (!Files.exists(folder.resolve("begun"))) continue;
      if (round % 2 == 0 || said == before) said = found(folder, said);
    }
    said = found(folder, said);
    return round;
  }

  /** Everything that was said is there; the last number that is. */
  private static int found(Path folder, int said) {
    try (var volume = open(folder)) {
      int last = said;
      for (int number = Math.max(1, said - KEPT + 2); ; number++) {
        Stat there = volume.namespace().find(Volume.ROOT, ModelTree.name("n" + number));
        if (there == null) {
          assertThat(number).as("number " + number + " was said").isGreaterThan(said);
          break;
        }
        last = number;
        assertThat(Arrays.equals(volume.read(there.ino()), content(number)))
            .as("n" + number)
            .isTrue();
      }
      Rig.verified(volume);
      return last;
    }
  }

  @Test
  void what_a_killed_process_had_synced_is_there() throws Exception {
    long seconds = Rig.seconds("kill -9");
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    int chains = seconds > 0 ? 4 : 1;
    int rounds = 0;
    try (var threads = Executors.newFixedThreadPool(chains)) {
      var running = new ArrayList<Future<Integer>>();
      for (int i = 0; i < chains; i++) {
        Path own = Files.createDirectory(folder.resolve("c" + i));
        Callable<Integer> call = () -> chain(own, 4, seconds > 0 ? end : Long.MIN_VALUE);
        running.add(threads.submit(call));
      }
      for (Future<Integer> one : List.copyOf(running)) rounds += one.get();
    }
    System.out.println("kill -9: " + rounds + " rounds");
    assertThat(rounds).isGreaterThan(3);
  }
}
