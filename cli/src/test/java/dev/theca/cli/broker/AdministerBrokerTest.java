package dev.theca.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about administration: its commands do what it says, in its order. */
class AdministerBrokerTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/administer-a-broker.md");
  private static final Pattern FILE =
      Pattern.compile("`([a-z_]+\\.[a-z]+)`:\n\n```[a-z]+\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("[a-z]+\\.(jwk|bin|rego|jsonl|token|toml)");
  private static final String PROMPT = "$ ./theca ";

  @TempDir Path place;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    String page = Files.readString(PAGE);
    var files = FILE.matcher(page);
    while (files.find()) Files.writeString(place.resolve(files.group(1)), files.group(2));
    assertThat(place.resolve("release.rego")).exists();
    Files.writeString(place.resolve("key.bin"), "a key");
    var commands =
        CONSOLE
            .matcher(page)
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split("(?m)^(?=\\$ )")))
            .toList();
    assertThat(commands).hasSize(25);
    String table = run(commands.getFirst(), List.of());
    Path config =
        Files.writeString(
            place.resolve("broker.toml"),
            "state = \"" + place.resolve("theca-broker") + "\"\n" + table);
    run(commands.get(1), List.of());
    try (var broker = RunningBroker.serve(place, "--config", config + "")) {
      var options = List.of("--url", broker.url(), "--token-file", broker.tokenFile());
      for (String command : commands.subList(2, commands.size())) run(command, options);
    }
  }

  private String run(String command, List<String> options) {
    int end = command.indexOf('\n');
    assertThat(command).startsWith(PROMPT);
    var arguments =
        Arrays.stream(command.substring(PROMPT.length(), end).split(" "))
            .map(a -> NAME.matcher(a).matches() ? place.resolve(a) + "" : a)
            .collect(Collectors.toList());
    arguments.addAll(options);
    var ran = Ran.theca(arguments.toArray(String[]::new));
    String out = (ran.out() + ran.err()).replace(place + "/", "");
    assertThat(ran.exitCode()).as(command + out).isZero();
    assertThat(out).as(command).matches(shown(command.substring(end + 1)));
    return ran.out();
  }

  /** The text of the page, where an ellipsis stands for anything on a line. */
  private static Pattern shown(String text) {
    return Pattern.compile(
        Arrays.stream(text.replaceAll(" +", " ").split("…", -1))
            .map(part -> part.isEmpty() ? "" : Pattern.quote(part).replace(" ", "\\E +\\Q"))
            .collect(Collectors.joining("[^\n]*")));
  }
}
