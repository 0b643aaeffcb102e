package dev.theca.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code theca broker serve}: starts without a configuration, and says what is wrong with one. */
class ServeTest {
  private static final int SIGTERM = 128 + 15;

  @TempDir Path home;

  @Test
  void without_a_configuration_it_keeps_everything_in_one_folder_and_ends_in_order()
      throws IOException {
    Path state = home.resolve("theca-broker");
    try (var broker = RunningBroker.serve(home, "--state", state + "")) {
      assertThat(broker.tokenFile()).isEqualTo(state.resolve("admin-token") + "");
      String token = Files.readString(Path.of(broker.tokenFile()));
      assertThat(Files.readString(home.resolve("broker.log"))).doesNotContain(token.strip());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
          .isEqualTo("rwx------");
      Path value = Files.writeString(home.resolve("value"), "kept");
      var put = broker.theca("broker", "resource", "put", "default/key/one", value + "");
      assertThat(put.exitCode()).as(put.err()).isZero();
      var vouched = broker.theca("broker", "reference", "put", "sgx_mr_enclave", "52");
      assertThat(vouched.exitCode()).as(vouched.err()).isZero();
      assertThat(broker.end()).isEqualTo(SIGTERM);
    }
    assertThat(Files.readString(home.resolve("broker.log"))).doesNotContain("outcome=fault");
    try (var again = RunningBroker.serve(home, "--state", state + "")) {
      assertThat(again.theca("broker", "resource", "get", "default/key/one").out())
          .isEqualTo("kept");
    }
  }

  @Test
  void what_a_command_line_says_replaces_what_the_file_says() throws IOException {
    Path config = Files.writeString(home.resolve("a.toml"), "state = \"/no/such/folder\"\n");
    Path state = home.resolve("other");
    try (var broker = RunningBroker.serve(home, "--config", config + "", "--state=" + state)) {
      assertThat(broker.tokenFile()).startsWith(state + "/");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lisen = 'x' | lisen",
        "state = 7 | broker.state",
        "state = 'a\\u0000b' | configuration",
        "listen = '0.0.0.0:0' | without TLS",
        "listen = 'nowhere' | listen address",
        "[kek] | configuration",
        "[[roots]] | broker.roots.name",
        "[tls] | broker.tls.certificate",
        "[store]#type = 'cassandra' | broker.store.type",
        "state = | document",
      })
  void a_wrong_configuration_is_refused_in_words_by_serve_and_by_check(String toml, String what)
      throws IOException, InterruptedException {
    String text = toml.strip().replace('\'', '"').replace('#', '\n');
    if (!text.contains("state =")) text = "state = \"" + home.resolve("state") + "\"\n" + text;
    Path config = Files.writeString(home.resolve("wrong.toml"), text + "\n");
    var served = served("--config", config + "", "--management", "");
    assertThat(served.exitCode()).as(served.err()).isEqualTo(64);
    assertThat(served.err())
        .contains(what.strip(), "expected:", "found:", "next:")
        .doesNotContain("\tat ");
    assertThat(served.out()).isEmpty();
    if (text.contains("[kek]")) return; // whether a key opens shows when it is opened
    var checked = Ran.theca("broker", "check-config", config + "");
    assertThat(checked.exitCode()).as(checked.out()).isEqualTo(64);
    assertThat(checked.err()).contains("expected:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--config | a value after it",
        "--config /no/such/file | readable",
        "--config / | readable",
        "--port 1 | --port",
        "extra | extra",
        "--state a --state b | once",
      })
  void wrong_options_are_refused_in_words(String options, String words)
      throws IOException, InterruptedException {
    var served = served(options.strip().split(" "));
    assertThat(served.exitCode()).as(served.out()).isEqualTo(64);
    assertThat(served.err()).contains(words.strip()).doesNotContain("\tat ");
  }

  @Test
  void a_taken_address_is_named() throws IOException, InterruptedException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      var served = served("--state", home + "/s", "--listen", address, "--management", "");
      assertThat(served.exitCode()).as(served.err()).isEqualTo(69);
      assertThat(served.err()).contains("a free one").doesNotContain("\tat ");
    }
  }

  @Test
  void a_right_configuration_is_summed_up_and_nothing_is_made() throws IOException {
    Path config = Files.writeString(home.resolve("right.toml"), "state = \"" + home + "/state\"\n");
    var checked = Ran.theca("broker", "check-config", config + "");
    assertThat(checked.exitCode()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("127.0.0.1:8080", "Sqlite");
    assertThat(home.resolve("state")).doesNotExist();
  }

  @Test
  void help_names_every_option_and_starts_nothing() throws IOException, InterruptedException {
    var served = served("--help");
    assertThat(served.exitCode()).isZero();
    assertThat(served.out()).contains("--config", "--state", "--listen", "theca broker serve");
  }

  private Ran served(String... options) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(options));
    var process =
        RunningBroker.process(all)
            .directory(home.toFile())
            .redirectError(home.resolve("err").toFile())
            .redirectOutput(home.resolve("out").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
    String err =
        Files.readString(home.resolve("err"), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.contains("SLF4J"))
            .collect(java.util.stream.Collectors.joining("\n"));
    return new Ran(process.waitFor(), Files.readString(home.resolve("out")), err);
  }
}
