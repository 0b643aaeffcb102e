package dev.theca.wire.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeAgentTest {
  private static final PrepareRequest WISH =
      new PrepareRequest("c1", "h.x/a:1", "", List.of("/run", ""), List.of("A=1"), "/", "7");
  private static final Refusal NO =
      new Refusal(Code.of("image-unsigned"), "signature", "a signature", "none", "sign it");

  private static final ExecUser USER = new ExecUser(7, 8, List.of(9, 0, 10));

  @TempDir Path folder;

  /** Grants c1, refuses everything else. */
  private static final class Stub implements AgentService {
    PrepareRequest last = WISH;
    String released = "";

    @Override
    public Outcome<Prepared> prepare(PrepareRequest request) {
      last = request;
      return request.containerId().equals("c1")
          ? Outcome.granted(new Prepared("sha256:1", "{}"))
          : Outcome.refused(NO);
    }

    @Override
    public Outcome<ExecUser> exec(String containerId, List<String> command) {
      return command.equals(List.of("ls")) ? Outcome.granted(USER) : Outcome.refused(NO);
    }

    @Override
    public void release(String containerId) {
      released = containerId;
    }
  }

  @Test
  void a_wish_arrives_whole_and_a_refusal_comes_back_word_for_word() {
    var stub = new Stub();
    Path socket = folder.resolve("a.sock");
    try (var _ = TtrpcServer.start(socket, AgentEndpoint.handlers(stub), peer -> true);
        var client = AgentClient.connect(socket)) {
      var limit = Duration.ofSeconds(5);
      assertThat(client.prepare(WISH, limit).orThrow().manifestDigest()).isEqualTo("sha256:1");
      assertThat(stub.last).isEqualTo(WISH);
      var other = new PrepareRequest("c2", "x", "", List.of(), List.of(), "", "");
      assertThat(client.prepare(other, limit))
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.reasons().getFirst().toString()).isEqualTo(NO + ""));
      assertThat(client.exec("c1", List.of("ls")).orThrow()).isEqualTo(USER);
      assertThat(client.exec("c1", List.of("sh")).isGranted()).isFalse();
      client.release("c1");
      assertThat(stub.released).isEqualTo("c1");
    }
  }

  @Test
  void an_agent_that_is_gone_is_a_fault_and_no_refusal() {
    Path socket = folder.resolve("a.sock");
    var server = TtrpcServer.start(socket, AgentEndpoint.handlers(new Stub()), peer -> true);
    try (var client = AgentClient.connect(socket)) {
      server.close();
      assertThatThrownBy(() -> client.prepare(WISH, Duration.ofSeconds(5)))
          .isInstanceOf(TtrpcException.class);
    }
  }

  @Test
  void a_list_without_end_is_refused() {
    var many = new ProtoWriter();
    for (int i = 0; i < 5000; i++) many.strings(4, List.of("x"));
    assertThatThrownBy(() -> PrepareRequest.decode(many.toBytes()))
        .isInstanceOf(ProtoException.class);
    assertThatThrownBy(() -> PrepareRequest.decode(new byte[] {0x0a, 0x7f}))
        .isInstanceOf(ProtoException.class);
  }
}
