package dev.theca.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that teaches policies: its files and commands do what it says. */
class WritePolicyTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/write-a-policy.md");
  private static final Pattern FILE =
      Pattern.compile("`([a-z_]+\\.[a-z]+)`:\n\n```[a-z]+\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final String PROMPT = "$ ./theca policy ";

  @TempDir Path place;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    String page = Files.readString(PAGE);
    var files = FILE.matcher(page);
    int written = 0;
    for (; files.find(); written++)
      Files.writeString(place.resolve(files.group(1)), files.group(2));
    assertThat(written).isEqualTo(4);
    var console = CONSOLE.matcher(page);
    int run = 0;
    while (console.find())
      for (String command : console.group(1).split("(?m)^(?=\\$ )")) {
        run(command);
        run++;
      }
    assertThat(run).isEqualTo(5);
  }

  private void run(String command) {
    int end = command.indexOf('\n');
    assertThat(command).startsWith(PROMPT);
    String[] arguments =
        Arrays.stream(command.substring(PROMPT.length(), end).split(" "))
            .map(a -> Files.exists(place.resolve(a)) ? place.resolve(a) + "" : a)
            .toArray(String[]::new);
    var ran = Ran.policy(arguments);
    String out = (ran.out() + ran.err()).replace(place + "/", "");
    assertThat(out).as(command).isEqualTo(command.substring(end + 1));
    assertThat(ran.exitCode()).as(command).isZero();
  }
}
