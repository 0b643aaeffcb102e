package dev.theca.cli.cri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Manners of {@code theca cri} without a runtime; with one: CriPageTest in trial/e2e. */
class CriCommandTest {
  @TempDir Path place;

  static List<String> commands() {
    return List.copyOf(new CommandLine(new CriCommand()).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_without_an_example_does_not_exist(String command) {
    var help = Ran.theca("cri", command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Example").contains("theca cri " + command);
    assertThat(help.out()).contains("--socket").contains("--json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "info", "pods", "ps", "images", "stats", "inspect x", "rm x"})
  void a_runtime_that_is_not_there_is_said(String line) {
    var arguments = ("cri " + line + " --socket " + place.resolve("none")).split(" ");
    var ran = Ran.theca(arguments);
    assertThat(ran.exitCode()).isEqualTo(69);
    assertThat(ran.err()).contains("no runtime listens at " + place.resolve("none"));
  }

  @Test
  void a_file_that_nobody_listens_at_is_no_runtime() throws Exception {
    Path file = Files.createFile(place.resolve("file"));
    var ran = Ran.theca("cri", "version", "--socket", file.toString());
    assertThat(ran.exitCode()).isEqualTo(69);
    assertThat(ran.err()).startsWith("theca cri: ").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "exec x", "run --nonsense", "stop --grace soon x", "create"})
  void a_wrong_line_is_refused(String line) {
    assertThat(Ran.theca(("cri " + line).split(" ")).exitCode()).isEqualTo(64);
  }

  @Test
  void log_lines_are_put_together_and_counted_from_the_end() throws Exception {
    Path file = place.resolve("log");
    Files.writeString(
        file,
        """
        2026-01-01T00:00:00Z stdout F one
        2026-01-01T00:00:01Z stdout P half
        2026-01-01T00:00:01Z stdout F of two
        2026-01-01T00:00:02Z stderr F with  blanks\s
        """);
    var lines = LogLines.read(file, 3);
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst().whole()).isFalse();
    assertThat(lines.getLast().text()).isEqualTo("with  blanks ");
    assertThat(lines.getLast().stream()).isEqualTo("stderr");
    assertThat(Arrays.asList(lines.get(1).text())).containsExactly("of two");
  }
}
