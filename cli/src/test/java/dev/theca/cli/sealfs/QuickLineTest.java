package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The quick reading of lines and the full parser agree wherever the first has an opinion. */
class QuickLineTest {
  private static final List<String> PIECES =
      List.of(
          "data.seal",
          "/mnt",
          "--key-file",
          "--key-file=k",
          "k",
          "--key-fd=3",
          "--key-fd",
          "7",
          "--record=r",
          "--uuid=4c9b01e3-e68f-4f1c-9cb0-5c855a7a4871",
          "--uuid=x",
          "--root=00ff",
          "--any-state",
          "--upper",
          "u.seal",
          "--upper-key-file=u.key",
          "--transport=RING",
          "--transport",
          "device",
          "--transport=x",
          "--on-tamper=kill",
          "--on-tamper=Freeze",
          "--no-writeback",
          "--read-only",
          "--strict",
          "--json",
          "--help",
          "--",
          "",
          "-x",
          "--key-file=",
          "@args",
          "'q'",
          "--json=true",
          "--lazy",
          "--record");
  private static final int LINES = 1000;

  private static boolean accepts(Object command, List<String> line) {
    try {
      var unused =
          new CommandLine(command)
              .setCaseInsensitiveEnumValuesAllowed(true)
              .parseArgs(line.toArray(String[]::new));
      return true;
    } catch (CommandLine.ParameterException e) {
      return false;
    }
  }

  @Test
  void whatever_is_read_quickly_is_what_the_full_parser_reads() {
    var random = new Random(7);
    int quick = 0;
    for (int i = 0; i < LINES; i++) {
      var line = new ArrayList<>(List.of("data.seal", "/mnt"));
      for (int n = random.nextInt(5); n > 0; n--)
        line.add(random.nextInt(line.size() + 1), PIECES.get(random.nextInt(PIECES.size())));
      if (random.nextInt(4) == 0) line.removeFirst();
      quick += agree(line, QuickLine.mount(line), new MountCommand());
      quick += agree(line, QuickLine.unmount(line), new UmountCommand());
    }
    assertThat(quick).as("lines that both read").isGreaterThan(LINES / 10);
  }

  private static int agree(List<String> line, Optional<Callable<Integer>> quick, Object full) {
    if (quick.isEmpty()) return 0;
    assertThat(accepts(full, line)).as("the full parser takes %s", line).isTrue();
    assertThat(quick.get()).as("%s", line).usingRecursiveComparison().isEqualTo(full);
    return 1;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "data.seal",
        "data.seal /mnt more",
        "data.seal /mnt --transport=tape",
        "data.seal /mnt --key-fd=three",
        "data.seal /mnt --uuid=nobody",
        "data.seal /mnt --key-file",
        "data.seal /mnt --key-file --json",
        "data.seal /mnt --json --json",
        "data.seal /mnt --json=true",
        "data.seal /mnt --key-file=a --key-file=b",
        "data.seal @more",
        "data.seal -- /mnt"
      })
  void a_line_that_is_not_plain_is_left_to_the_full_parser(String line) {
    assertThat(QuickLine.mount(List.of(line.split(" ")))).isEmpty();
  }

  @Test
  void a_plain_line_is_read_quickly() {
    var lines =
        List.of(
            "data.seal /mnt --key-file data.key",
            "--key-file=data.key --json data.seal --transport ring /mnt --on-tamper=kill",
            "root.seal /mnt --key-fd 3 --record r --upper u --upper-key-file=k --strict");
    for (String line : lines)
      assertThat(QuickLine.mount(List.of(line.split(" ")))).as(line).isPresent();
    assertThat(QuickLine.unmount(List.of("/mnt", "--lazy"))).isPresent();
  }

  @Test
  void other_commands_are_not_its_business() throws Exception {
    assertThat(QuickLine.run("sealfs")).isEmpty();
    assertThat(QuickLine.run("sealfs", "ls", "data.seal", "/")).isEmpty();
    assertThat(QuickLine.run("image", "mount", "data.seal", "/mnt")).isEmpty();
  }
}
