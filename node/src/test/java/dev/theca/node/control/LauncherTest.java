package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.node.control.ControlSocket.Answer;
import dev.theca.node.control.ControlSocket.Call;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shim binary against the daemon's end of its protocol, called as containerd calls it. */
class LauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("theca.root", ".."))
          .resolve("node/target/native/containerd-shim-theca-v2");

  @TempDir Path folder;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  private record Ended(int code, byte[] out, String err) {}

  private Ended launch(byte[] input, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("THECA_NODE_SOCKET", folder.resolve("node.sock").toString());
    builder.environment().put("TTRPC_ADDRESS", "/run/x.ttrpc");
    var process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("pipe"); // it did not want the input
    }
    byte[] out = process.getInputStream().readAllBytes();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, err);
  }

  private ControlSocket daemon(Answer answer) {
    return ControlSocket.listen(
        folder.resolve("node.sock"),
        call -> {
          calls.add(call);
          return answer;
        });
  }

  @Test
  void flags_come_in_any_order_and_the_bundle_may_be_the_folder() throws Exception {
    try (var _ = daemon(Answer.ok("unix:///x".getBytes(StandardCharsets.US_ASCII)))) {
      var ended =
          launch(
              new byte[] {1, 2, 3},
              "-namespace",
              "k8s.io",
              "--address=/run/c.sock",
              "-publish-binary",
              "/usr/bin/containerd",
              "-debug",
              "start",
              "-id",
              "abc");
      assertThat(ended.code()).isZero();
      assertThat(new String(ended.out(), StandardCharsets.US_ASCII)).isEqualTo("unix:///x");
      assertThat(ended.err()).as("containerd reads both streams as one").isEmpty();
      var call = calls.take();
      assertThat(call.action()).isEqualTo("start");
      assertThat(call.namespace()).isEqualTo("k8s.io");
      assertThat(call.id()).isEqualTo("abc");
      assertThat(call.bundle()).isEqualTo(folder.toRealPath());
      assertThat(call.grpcAddress()).isEqualTo("/run/c.sock");
      assertThat(call.ttrpcAddress()).isEqualTo("/run/x.ttrpc");
      assertThat(call.input()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void an_error_is_said_and_counted() throws Exception {
    try (var _ = daemon(Answer.failed("no\n"))) {
      var ended = launch(new byte[0], "-id", "x", "start");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).isEqualTo("no\n");
    }
  }

  @Test
  void without_a_daemon_a_start_fails_in_words_and_the_rest_answers() throws Exception {
    var start = launch(new byte[0], "-id", "x", "start");
    assertThat(start.code()).isEqualTo(1);
    assertThat(start.err()).contains("node daemon is not running");
    var delete = launch(new byte[0], "-id", "x", "delete");
    assertThat(delete.code()).isZero();
    assertThat(delete.out()[0]).as("exit status 137, field 2").isEqualTo((byte) 0x10);
    var info = launch(new byte[0], "-info");
    assertThat(info.code()).isZero();
    assertThat(new String(info.out(), StandardCharsets.ISO_8859_1)).contains("io.theca");
    assertThat(launch(new byte[0], "-v").code()).isZero();
    assertThat(launch(new byte[0], "nonsense").code()).isEqualTo(1);
  }

  private static boolean answered(SocketChannel peer) {
    try {
      return peer.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException e) {
      return false; // thrown out
    }
  }

  @ParameterizedTest
  @CsvSource({"00000000", "ffffffff", "7fffffff", "00000020ffffffff", "0000002000000100aabb", "00"})
  void a_malformed_request_gets_no_answer_and_hurts_nobody(String hex) throws Exception {
    try (var _ = daemon(Answer.ok(new byte[0]))) {
      try (var peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        peer.connect(UnixDomainSocketAddress.of(folder.resolve("node.sock")));
        peer.write(ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex)));
        peer.shutdownOutput();
        assertThat(answered(peer)).isFalse();
      }
      assertThat(launch(new byte[0], "-info").code()).isZero();
      assertThat(Files.exists(folder.resolve("node.sock"))).isTrue();
    }
  }
}
