package dev.theca.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class NarrowTest {
  @Command(
      name = "theca tree",
      subcommands = {Leaf.class, Other.class})
  static final class Tree {}

  @Command(name = "leaf", mixinStandardHelpOptions = true, description = "a leaf")
  static final class Leaf {}

  @Command(name = "other", description = "another")
  static final class Other {}

  @Test
  void a_named_command_is_the_only_one_that_is_built() {
    var line = Narrow.of(new Tree(), List.of("leaf", "--help"));
    assertThat(line.getSubcommands()).containsOnlyKeys("leaf");
  }

  @Test
  void its_help_is_the_same_as_in_the_whole_tree() {
    var alone = Narrow.of(new Tree(), List.of("leaf")).getSubcommands().get("leaf");
    var whole = Narrow.of(new Tree(), List.of()).getSubcommands().get("leaf");
    assertThat(alone.getUsageMessage())
        .isEqualTo(whole.getUsageMessage())
        .startsWith("Usage: theca tree leaf [-hV]");
  }

  @Test
  void any_other_line_gets_all_commands() {
    for (var arguments : List.of(List.<String>of(), List.of("--help"), List.of("lea")))
      assertThat(Narrow.of(new Tree(), arguments).getSubcommands())
          .containsOnlyKeys("leaf", "other");
  }
}
