package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The command's manners: help, version, wrong usage. */
class CommandTest {
  @Test
  void aCommandWithoutHelp() {
    for (String command : List.of("demo", "down")) {
      var help = DemoRun.run(List.of(command, "--help"));
      assertEquals(0, help.exitCode, help.progress);
      assertTrue(help.progress.contains("Example: ./theca " + command), help.progress);
    }
  }

  @Test
  void aVersionThatIsNotSaid() {
    var version = DemoRun.run(List.of("--version"));
    assertEquals(0, version.exitCode);
    assertTrue(version.progress.startsWith("theca 0."), version.progress);
  }

  @Test
  void aWrongOptionThatIsIgnored() {
    assertEquals(64, DemoRun.run(List.of("demo", "--nonsense")).exitCode);
    assertEquals(64, DemoRun.run(List.of("demo", "--name", "../x")).exitCode);
    assertEquals(64, DemoRun.run(List.of("demo", "--containerd", "/nowhere")).exitCode);
    assertEquals(64, DemoRun.run(List.of("down", "--name", "/etc")).exitCode);
  }
}
