package dev.theca.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.wire.toml.Toml;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {
  private static final String LEAST =
      """
      run = "/run/x"
      state = "/var/lib/x"
      runc = "/usr/sbin/runc"
      content = "/content"
      """;

  private static final String ENCLAVES =
      """
      runc_root = "/run/x/runc"
      launcher = "/bin/launcher"
      pause = "/bin/pause"
      simulator_socket = "/run/x/platform.sock"
      agent_bundle = "/bundles/agent"
      app_bundle = "/bundles/app"
      init_data = "/etc/init.toml"
      """;

  private static NodeConfig read(String text) {
    return NodeConfig.of(Toml.parse(text).orThrow());
  }

  @Test
  void theLeastConfigurationServesPlainContainersOnly() {
    var config = read(LEAST);
    assertEquals(Path.of("/run/x/snapshots.sock"), config.snapshotSocket());
    assertTrue(config.enclaves().isEmpty());
  }

  @Test
  void patienceIsTwoMinutesUnlessItIsSaid() {
    assertEquals(
        Duration.ofSeconds(120), read(LEAST + ENCLAVES).enclaves().orElseThrow().patience());
    var said = read(LEAST + ENCLAVES + "patience_seconds = 7\n").enclaves().orElseThrow();
    assertEquals(Duration.ofSeconds(7), said.patience());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pacience_seconds = 7 | there is no key pacience_seconds",
        "patience_seconds = 0 | patience_seconds is 1 at least",
        "patience_seconds = -1 | patience_seconds is 1 at least",
        "health_port = 65536 | health_port is 0 to 65535",
        "remote = \"some\" | remote is all or encrypted, not some",
      })
  void aKeyOrAValueThatIsNoneIsNamed(String line, String words) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> read(LEAST + ENCLAVES + line + "\n"));
    assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
  }
}
