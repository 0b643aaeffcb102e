package dev.theca.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code theca registry} and its page: the commands do what the page shows, in its order. */
class RunRegistryTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/run-a-registry.md");
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final String PROMPT = "$ ./theca ";
  private static final List<String> FILES = List.of("users", "images");

  @TempDir Path place;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    Files.createDirectory(place.resolve("images"));
    var commands =
        CONSOLE
            .matcher(Files.readString(PAGE))
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split("(?m)^(?=\\$ )")))
            .toList();
    assertThat(commands).hasSize(8);
    for (String command : commands) {
      int end = command.indexOf('\n');
      assertThat(command).startsWith(PROMPT);
      var ran = theca(command.substring(PROMPT.length(), end));
      assertThat(ran.exitCode()).as(command + ran.err()).isZero();
      assertThat(ran.out()).as(command).isEqualTo(command.substring(end + 1));
    }
    assertThat(Files.readString(place.resolve("users"))).startsWith("ann:pbkdf2-sha256$");
  }

  private Ran theca(String line) {
    String[] words = line.split(" ");
    for (int i = 1; i < words.length; i++)
      if (FILES.contains(words[i]) && words[i - 1].startsWith("--"))
        words[i] = place.resolve(words[i]) + "";
    return Ran.thecaWith("a password\n", words);
  }

  @Test
  void the_page_serves_with_options_that_exist() throws IOException {
    var help = Ran.theca("registry", "serve", "--help");
    assertThat(help.exitCode()).isZero();
    var option = Pattern.compile("--[a-z-]+");
    for (String line : Files.readString(PAGE).lines().toList())
      if (line.startsWith("theca registry serve"))
        option.matcher(line).results().forEach(o -> assertThat(help.out()).contains(o.group()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--root | a value after it",
        "--rot x | --rot",
        "--listen 127.0.0.1:0 | a folder",
        "--root ROOT --root ROOT | once",
        "--root ROOT --listen 0.0.0.0:0 | loopback, or TLS",
        "--root ROOT --listen nowhere | ADDRESS:PORT",
        "--root ROOT --listen example.org:1 | an IP address",
        "--root ROOT --tls-cert x | both or none",
        "--root ROOT --tls-cert x --tls-key y | a readable file",
        "--root ROOT --tokens | a users file",
        "--root ROOT --users u --anonymous all | push=PATTERN",
        "--root ROOT --max-uploads many | a number",
      })
  void a_wrong_option_is_refused_in_words(String options, String words) {
    var arguments = ("registry serve " + options.strip().replace("ROOT", place + "/r")).split(" ");
    var ran = Ran.theca(arguments);
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(64);
    assertThat(ran.err()).contains(words.strip()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user add a:b --users users",
        "user add ann --users users --rights write=*",
        "user remove nobody --users users"
      })
  void a_wrong_user_is_refused(String line) {
    var ran = theca("registry " + line);
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(2);
    assertThat(ran.err()).isNotBlank();
    assertThat(place.resolve("users")).doesNotExist();
  }

  @Test
  void a_user_without_password_is_refused() {
    var ran = Ran.thecaWith("\n", "registry", "user", "add", "ann", "--users", place + "/users");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("password");
  }
}
