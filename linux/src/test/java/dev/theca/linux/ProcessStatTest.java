package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessStatTest {
  private static String line(String name, String state, int status) {
    return "17 ("
        + name
        + ") "
        + state
        + " 4"
        + " 0".repeat(17)
        + " 8765"
        + " 0".repeat(29)
        + " "
        + status
        + "\n";
  }

  @ParameterizedTest
  @CsvSource({"sh, S", "a b, R", "x) Z 1 (y, S", "')', D"})
  void aNameMayHaveSpacesAndBrackets(String name, char state) {
    var stat = ProcessStat.read(line(name, String.valueOf(state), 0));
    assertThat(stat).isEqualTo(new ProcessStat(state, 4, 8765, 0));
    assertThat(stat.hasEnded()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1792, 7", "9, 137", "139, 139"})
  void anEndIsACodeOr128AndItsSignal(int status, int code) {
    var stat = ProcessStat.read(line("sh", "Z", status));
    assertThat(stat.hasEnded()).isTrue();
    assertThat(stat.exitCode()).isEqualTo(code);
  }

  @Test
  void thisProcessLivesAndNobodyHasNumberZero() {
    var self = ProcessStat.of(ProcessHandle.current().pid()).orElseThrow();
    assertThat(self.startTicks()).isPositive();
    assertThat(self.hasEnded()).isFalse();
    assertThat(ProcessStat.of(0)).isEmpty();
  }
}
