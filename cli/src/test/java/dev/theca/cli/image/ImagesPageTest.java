package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about images: its commands do what it says, in its order. */
class ImagesPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/images.md");
  private static final Pattern FILE =
      Pattern.compile("`([a-z_]+\\.[a-z]+)`:\n\n```[a-z]+\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME =
      Pattern.compile("(^|:)(app\\.tar|[a-z]+\\.(?:key|pub|json)|tree|mirror|partner)(?=$|:)");
  private static final String THECA = "$ ./theca image ";
  private static final String TOOL = "$ openssl ";

  @TempDir Path place;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws Exception {
    Tool.needs("openssl");
    String page = Files.readString(PAGE);
    try (var owner = new Owner(place)) {
      owner.archive("app.tar", "registry.example/team/app:1", "hello\n");
      files(page, owner);
      var commands =
          CONSOLE
              .matcher(page)
              .results()
              .flatMap(block -> Arrays.stream(block.group(1).split("(?m)^(?=\\$ )")))
              .toList();
      assertThat(commands).hasSize(17);
      for (String command : commands) run(command, owner);
      assertThat(place.resolve("tree/etc/motd")).hasContent("hello\n");
    }
  }

  /** A policy is written with the key's whole path, as an owner would. */
  private void files(String page, Owner owner) throws IOException {
    var files = FILE.matcher(page);
    int written = 0;
    for (; files.find(); written++)
      Files.writeString(
          place.resolve(files.group(1)),
          files
              .group(2)
              .replace("release.pub", owner.file("release.pub"))
              .replace("registry.example/", owner.name("")));
    assertThat(written).isEqualTo(1);
  }

  private void run(String command, Owner owner) throws Exception {
    int end = command.indexOf('\n');
    String line = command.substring(0, end);
    if (line.startsWith(TOOL)) {
      String unused = new Tool(place, Map.of()).run(line.substring(2).split(" "));
      return;
    }
    assertThat(line).startsWith(THECA);
    String[] arguments =
        Arrays.stream(line.substring(THECA.length()).split(" "))
            .map(a -> NAME.matcher(a).replaceAll("$1" + place + "/$2"))
            .map(a -> a.replace("registry.example/", owner.name("")))
            .toArray(String[]::new);
    Ran ran = owner.image(arguments);
    String out = ran.out().replace(place + "/", "").replace(owner.name(""), "registry.example/");
    boolean differs = arguments[0].equals("diff");
    assertThat(ran.exitCode()).as(command + out + ran.err()).isEqualTo(differs ? 1 : 0);
    assertThat(out).as(command).matches(shown(command.substring(end + 1)));
  }

  /** The text of the page, where an ellipsis stands for anything on a line. */
  private static Pattern shown(String text) {
    return Pattern.compile(
        Arrays.stream(text.split("…", -1))
            .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
            .collect(Collectors.joining("[^\n]*")));
  }
}
