package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ReexecTest {
  @TempDir Path folder;

  /** Becomes a shell, with a child of its own and one descriptor. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      Fd file = Fd.open(Path.of(args[0]), Fd.O_RDONLY);
      Fd other = Fd.open(Path.of("/dev/zero"), Fd.O_RDONLY);
      var child = Spawn.of(List.of("/bin/sleep", "60")).environment("A", "b").start();
      String script =
          "[ $$ = %d ] && echo same; cat <&%d; [ -e /proc/$$/fd/%d ] && echo leaked; echo $A; "
              .formatted(ProcessHandle.current().pid(), file.number(), other.number());
      // A child that has ended is collected by the shell before it is looked at.
      String parent =
          "[ $(cut -d' ' -f4 /proc/%1$d/stat) = $$ ] && echo mine; kill %1$d"
              .formatted(child.pid());
      Reexec.into(
          List.of("/bin/sh", "-c", script + parent),
          List.of("A=kept", "PATH=/usr/bin:/bin"),
          List.of(file.number()));
    }
  }

  @Test
  void theProcessItsChildrenAndWhatIsNamedStay() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "content\n");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes(),
                Probe.class.getName(),
                text.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("same\ncontent\nkept\nmine\n", said);
  }

  private static String classes() {
    Path root = Path.of(System.getProperty("theca.root", ".."));
    return String.join(
        File.pathSeparator,
        root.resolve("linux/target/test-classes").toString(),
        root.resolve("linux/target/classes").toString(),
        root.resolve("wire/target/classes").toString());
  }
}
