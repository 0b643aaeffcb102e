package dev.theca.cli.sealfs;

import dev.theca.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Does once what a mount server does, for the launcher's class archive: makes a volume, mounts it,
 * writes, reads, unmounts. Who may not mount gets an archive without that part; nothing depends on
 * how it ends.
 */
final class MountRehearsal {
  private static final int FILES = 200;
  private static final int BYTES = 1 << 18;
  private static final long LOOK_MILLIS = 20;
  private static final int LOOKS = 500;

  private MountRehearsal() {}

  public static void main(String[] args) throws Exception {
    QuickLine.alone("sealfs", "mount");
    Path work = Files.createTempDirectory("theca-rehearsal");
    Path target = Files.createDirectory(work.resolve("mnt"));
    String volume = work.resolve("data.seal").toString();
    String key = work.resolve("data.key").toString();
    try {
      run("mkfs", volume, "--key-file", key);
      var user = Thread.ofPlatform().start(() -> use(target));
      run("mount", volume, target.toString(), "--key-file", key);
      user.interrupt();
      user.join();
      run("verify", volume, "--key-file", key);
    } finally {
      try (Stream<Path> walk = Files.walk(work)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
      }
    }
  }

  private static void run(String... command) {
    var words = new ArrayList<String>(List.of("sealfs"));
    words.addAll(List.of(command));
    int unused = Main.run(words.toArray(String[]::new));
  }

  private static void use(Path target) {
    try {
      var before = Files.getFileStore(target.toAbsolutePath().getParent());
      for (int i = 0; i < LOOKS && Files.getFileStore(target).equals(before); i++)
        Thread.sleep(LOOK_MILLIS);
      byte[] noise = new byte[BYTES];
      new Random(1).nextBytes(noise);
      for (int i = 0; i < FILES; i++) {
        Path folder = Files.createDirectories(target.resolve("d" + i / 20));
        Files.write(folder.resolve("f" + i), noise);
      }
      try (Stream<Path> walk = Files.walk(target)) {
        for (Path path : walk.filter(Files::isRegularFile).toList()) {
          byte[] unused = Files.readAllBytes(path);
        }
      }
      run("umount", target.toString());
    } catch (IOException e) {
      System.err.println("stage=rehearsal outcome=fault reason=\"" + e + "\"");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
