package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.node.control.ControlSocket.Answer;
import dev.theca.node.control.ControlSocket.Call;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shim binary against the daemon's end of its protocol, called as containerd calls it. */
class LauncherTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  private Launched launch(byte[] input, String... arguments) throws Exception {
    return Launched.in(folder, input, arguments);
  }

  private ControlSocket daemon(Answer answer) {
    return ControlSocket.listen(
        folder.resolve("node.sock"),
        call -> {
          calls.add(call);
          return answer;
        });
  }

  private static Answer text(String text) {
    return Answer.ok(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void flags_and_action_come_in_any_order() throws Exception {
    var words =
        new ArrayList<>(
            List.of(
                List.of("-namespace", "k8s.io"),
                List.of("--address=/run/c.sock"),
                List.of("-publish-binary", "/usr/bin/containerd"),
                List.of("-socket", "/run/s/1"),
                List.of("-debug"),
                List.of("-future", "x"),
                List.of("-future=start"),
                List.of("--id", "start"),
                List.of("-bundle", "/b"),
                List.of("start")));
    var random = new Random(8);
    try (var _ = daemon(text("unix:///x"))) {
      for (int i = 0; i < 60; i++) {
        Collections.shuffle(words, random);
        var arguments = words.stream().flatMap(List::stream).toArray(String[]::new);
        var ended = launch(new byte[] {1, 2, 3}, arguments);
        assertThat(ended.text()).as("%s: %s", words, ended.err()).isEqualTo("unix:///x");
        assertThat(ended.err()).as("containerd reads both streams as one").isEmpty();
        var call = calls.take();
        assertThat(call)
            .usingRecursiveComparison()
            .as(words.toString())
            .isEqualTo(
                new Call(
                    "start",
                    "theca",
                    "k8s.io",
                    "start",
                    "/b",
                    "/run/c.sock",
                    "/run/x.ttrpc",
                    "",
                    new byte[] {1, 2, 3}));
      }
    }
  }

  @Test
  void a_flag_that_nobody_knows_does_not_swallow_the_action() throws Exception {
    try (var _ = daemon(text("ok"))) {
      assertThat(launch(new byte[0], "-id", "x", "-future", "start").text()).isEqualTo("ok");
      assertThat(launch(new byte[0], "-future", "-id", "x", "start").text()).isEqualTo("ok");
      assertThat(calls.take().id()).isEqualTo("x");
      assertThat(calls.take().id()).isEqualTo("x");
    }
  }

  @Test
  void the_bundle_may_be_the_folder() throws Exception {
    try (var _ = daemon(text("ok"))) {
      assertThat(launch(new byte[0], "-id", "x", "start").code()).isZero();
      assertThat(calls.take().bundle()).isEqualTo(folder.toRealPath().toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "containerd-shim-theca-v2, theca",
    "containerd-shim-theca-plain-v2, theca-plain",
    "containerd-shim-theca-plain-v12, theca-plain",
    "containerd-shim-other-v2, other",
    "anything, anything"
  })
  void the_name_it_is_installed_under_says_which_handler(String file, String name)
      throws Exception {
    Path launcher = Launched.named(folder, file);
    try (var _ = daemon(text("ok"))) {
      assertThat(Launched.run(launcher, folder, folder, new byte[0], "-id", "x", "start").code())
          .isZero();
      assertThat(calls.take().name()).isEqualTo(name);
    }
    var info = Launched.run(launcher, folder, folder, new byte[0], "-info");
    assertThat(info.out()).startsWith((byte) 10, (byte) (3 + name.length()));
    assertThat(info.text().substring(2)).isEqualTo("io." + name);
  }

  @Test
  void an_error_is_said_and_counted() throws Exception {
    try (var _ = daemon(Answer.failed("no\n"))) {
      var ended = launch(new byte[0], "-id", "x", "start");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).isEqualTo("no\n");
      assertThat(ended.out()).isEmpty();
    }
  }

  @Test
  void without_a_daemon_a_start_fails_in_words_and_the_rest_answers() throws Exception {
    var start = launch(new byte[0], "-id", "x", "start");
    assertThat(start.code()).isEqualTo(1);
    assertThat(start.err())
        .isEqualTo(
            "theca: node daemon is not running (%s: No such file or directory)\n"
                .formatted(folder.resolve("node.sock")));
    var delete = launch(new byte[0], "-namespace", "n", "-id", "x", "delete");
    assertThat(delete.code()).as(delete.err()).isZero();
    assertThat(delete.out()).startsWith(0x10, 0x89, 0x01, 0x1a);
    assertThat(launch(new byte[0], "-v").text()).isEqualTo("theca 0.1.0\n");
    assertThat(launch(new byte[0], "nonsense").code()).isEqualTo(1);
    assertThat(launch(new byte[0]).err()).contains("usage");
  }

  @Test
  void a_start_waits_for_a_daemon_that_is_just_coming_back() throws Exception {
    var later =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    TimeUnit.MILLISECONDS.sleep(300);
                    try (var _ = daemon(text("late"))) {
                      TimeUnit.SECONDS.sleep(60);
                    }
                  } catch (InterruptedException e) {
                    return; // the end of the test
                  }
                });
    assertThat(launch(new byte[0], "-id", "x", "start").text()).isEqualTo("late");
    later.interrupt();
    later.join();
  }

  @Test
  void standard_input_of_ten_mebibytes_passes_and_not_a_byte_more() throws Exception {
    try (var _ = daemon(text("ok"))) {
      assertThat(launch(new byte[10 * MIB], "-id", "x", "start").text()).isEqualTo("ok");
      assertThat(calls.take().input()).hasSize(10 * MIB);
      var ended = launch(new byte[10 * MIB + 1], "-id", "x", "start");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).contains("more than 10 MiB");
      assertThat(calls).isEmpty();
    }
  }

  @Test
  void arguments_that_are_too_long_are_refused() throws Exception {
    var ended = launch(new byte[0], "-id", "x".repeat(65 << 10), "start");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("longer than 64 KiB");
  }

  /** Accepts connections, sends the same bytes to each, and keeps it open when they end in '+'. */
  private ServerSocketChannel liar(String hex) throws Exception {
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(folder.resolve("node.sock")));
    boolean holds = hex.endsWith("+");
    byte[] bytes = HexFormat.of().parseHex(holds ? hex.substring(0, hex.length() - 1) : hex);
    var held = new ArrayList<SocketChannel>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (listener) {
                while (true) {
                  var peer = listener.accept();
                  say(peer, bytes);
                  held.add(peer);
                  if (!holds) peer.close();
                }
              } catch (java.io.IOException e) {
                return; // closed by the test
              }
            });
    return listener;
  }

  private static void say(SocketChannel peer, byte[] bytes) {
    try {
      peer.write(ByteBuffer.wrap(bytes));
    } catch (java.io.IOException e) {
      assertThat(e).hasMessageContaining("pipe"); // it has waited long enough
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "00", // a code and no more
        "0000000003616263", // no second part
        "00ffffffff6162630000", // more than there is
        "00000000036162630000000561", // the second part is cut off
        "0000000003616263000000006162", // bytes behind it
        "0000000003616263+", // it stops, and stays
      })
  void a_broken_answer_prints_nothing_of_itself(String hex) throws Exception {
    try (var _ = liar(hex)) {
      var delete = launch(new byte[0], "-namespace", "n", "-id", "x", "delete");
      assertThat(delete.code()).as(delete.err()).isZero();
      assertThat(delete.out()).startsWith(0x10, 0x89, 0x01, 0x1a);
      var info = launch(new byte[0], "-info");
      assertThat(info.code()).isZero();
      assertThat(info.text()).isEqualTo("\n\010io.theca");
      if (hex.endsWith("+")) return; // a start is patient
      var start = launch(new byte[0], "-id", "x", "start");
      assertThat(start.code()).isEqualTo(1);
      assertThat(start.out()).isEmpty();
      assertThat(start.err()).contains("gave no answer, or a broken one");
    }
  }

  @Test
  void the_same_sources_give_the_same_bytes_wherever_they_are_built() throws Exception {
    byte[] one = built(folder.resolve("a"));
    byte[] other = built(folder.resolve("another/and/deeper"));
    assertThat(one).isEqualTo(other).isEqualTo(Files.readAllBytes(Launched.LAUNCHER));
    Files.writeString(folder.resolve("a/src/launcher.h"), "\n#error\n");
    assertThat(compile(folder.resolve("a"))).as("a header that changed is noticed").isNotZero();
  }

  private static byte[] built(Path where) throws Exception {
    Path sources = Files.createDirectories(where.resolve("src"));
    for (String name : List.of("launcher.c", "alone.c", "launcher.h"))
      Files.copy(Launched.ROOT.resolve("node/src/main/c").resolve(name), sources.resolve(name));
    assertThat(compile(where)).isZero();
    return Files.readAllBytes(where.resolve("shim"));
  }

  private static int compile(Path where) throws Exception {
    return new ProcessBuilder(
            Launched.ROOT.resolve("docs/tools/cc-static").toString(),
            where.resolve("src/launcher.c").toString(),
            where.resolve("src/alone.c").toString(),
            where.resolve("shim").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void a_user_namespace_is_kept_until_its_input_ends() throws Exception {
    var process = new ProcessBuilder(Launched.LAUNCHER.toString(), "userns").start();
    try {
      byte[] said = process.getInputStream().readNBytes(6);
      assertThat(new String(said, StandardCharsets.US_ASCII)).isEqualTo("ready\n");
      Path own = Path.of("/proc/self/ns/user");
      Path its = Path.of("/proc", process.pid() + "", "ns/user");
      assertThat(Files.readSymbolicLink(its)).isNotEqualTo(Files.readSymbolicLink(own));
      Files.writeString(Path.of("/proc", process.pid() + "", "uid_map"), "0 100000 65536\n");
      assertThat(Files.readString(Path.of("/proc", process.pid() + "", "uid_map")).split("\\s+"))
          .contains("100000", "65536");
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
