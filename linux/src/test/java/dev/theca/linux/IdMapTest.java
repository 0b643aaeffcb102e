package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class IdMapTest {
  private static final List<String> HELPER =
      List.of("/usr/bin/unshare", "--user", "/bin/sh", "-c", "echo ready; read end");

  @Test
  void ranges_are_read_and_written_for_the_kernel() {
    var map = IdMap.parse("0:100000:65536,65536:4294967295:1");
    assertThat(map.lines()).isEqualTo("0 100000 65536\n65536 4294967295 1\n");
    assertThat(map).hasToString("0:100000:65536,65536:4294967295:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "0:1",
        "0:1:1,",
        "0:1:1:1",
        "a:0:1",
        "-1:0:1",
        "+1:0:1",
        " 0:0:1",
        "0:0:0",
        "4294967295:0:2",
        "0:4294967296:1",
        "0:1:4294967296",
        "99999999999:0:1"
      })
  void a_map_of_another_form_or_beyond_32_bits_is_refused(String text) {
    assertThatThrownBy(() -> IdMap.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void more_ranges_than_the_kernel_takes_are_refused() {
    String many = "0:0:1" + ",1:1:1".repeat(340);
    assertThatThrownBy(() -> IdMap.parse(many)).hasMessageContaining("340");
  }

  @Test
  void a_user_namespace_lives_on_without_its_process() {
    assumeTrue("root".equals(System.getProperty("user.name")), "mapping ids needs root");
    var map = IdMap.parse("0:100000:65536");
    try (var namespace = UserNamespace.make(HELPER, map, map)) {
      assertThat(namespace.fd().link().toFile()).exists();
      var seen = Fd.open(namespace.fd().link(), Fd.O_RDONLY);
      seen.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 3", "echo steady", "echo rea"})
  void a_helper_that_does_not_say_ready_is_told_of(String script) {
    var map = IdMap.parse("0:100000:65536");
    assertThatThrownBy(() -> UserNamespace.make(List.of("/bin/sh", "-c", script), map, map).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(script);
  }
}
