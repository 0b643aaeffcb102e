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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeAgentTest {
  private static final PrepareRequest WISH =
      PrepareRequest.of("c1", "h.x/a:1")
          .running(List.of("/run", ""), List.of("A=1"))
          .as("/", "7", List.of(0, 12))
          .mounting(List.of(new MountWish("/data", "bind", true), new MountWish("/x", "", false)));
  private static final Refusal NO =
      new Refusal(Code.of("image-unsigned"), "signature", "a signature", "none", "sign it");

  private static final ExecUser USER = new ExecUser(7, 8, List.of(9, 0, 10));

  @TempDir Path folder;

  /** Grants c1, refuses everything else. */
  private static final class Stub implements AgentService {
    PrepareRequest last = WISH;
    String released = "";
    Supplier<Watched> watched = () -> Watched.NOTHING;
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public Outcome<Prepared> prepare(PrepareRequest request) {
      last = request;
      if (request.containerId().equals("slow")) await(cancelled);
      return request.containerId().equals("c1")
          ? Outcome.granted(new Prepared("sha256:1", "{}"))
          : Outcome.refused(NO);
    }

    @Override
    public Outcome<ExecUser> exec(String containerId, List<String> command) {
      return command.equals(List.of("ls")) ? Outcome.granted(USER) : Outcome.refused(NO);
    }

    @Override
    public Watched watch(String containerId) {
      return watched.get();
    }

    @Override
    public boolean cancel(String containerId) {
      cancelled.countDown();
      return containerId.equals("slow");
    }

    @Override
    public void release(String containerId) {
      released = containerId;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).as("somebody cancels").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Outcome<Prepared> prepare(AgentClient client, PrepareRequest wish) {
    return client.prepare(wish, Duration.ofSeconds(30), moved -> {});
  }

  @Test
  void a_wish_arrives_whole_and_a_refusal_comes_back_word_for_word() {
    var stub = new Stub();
    Path socket = folder.resolve("a.sock");
    try (var _ = TtrpcServer.start(socket, AgentEndpoint.handlers(stub), peer -> true);
        var client = AgentClient.connect(socket)) {
      assertThat(prepare(client, WISH).orThrow().manifestDigest()).isEqualTo("sha256:1");
      assertThat(stub.last).isEqualTo(WISH);
      assertThat(prepare(client, PrepareRequest.of("c2", "x")))
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
  void a_preparation_that_moves_may_take_as_long_as_it_wants_and_one_that_stands_is_cancelled() {
    var stub = new Stub();
    var silence = Duration.ofMillis(1500);
    long start = System.nanoTime();
    stub.watched =
        () -> {
          long millis = (System.nanoTime() - start) / 1_000_000;
          return new Watched("pull", Math.min(millis, 4500), 5000, Math.min(millis, 4500));
        };
    var heard = new ArrayList<Watched>();
    Path socket = folder.resolve("a.sock");
    try (var _ = TtrpcServer.start(socket, AgentEndpoint.handlers(stub), peer -> true);
        var client = AgentClient.connect(socket)) {
      var outcome = client.prepare(PrepareRequest.of("slow", "h/a:1"), silence, heard::add);
      assertThat(System.nanoTime() - start)
          .as("three times its patience")
          .isGreaterThan(4500L * 1_000_000);
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused ->
                  assertThat(refused.reasons().getFirst().toString())
                      .startsWith("prepare-stalled")
                      .contains("in stage pull at 4500 of 5000 bytes"));
      assertThat(stub.cancelled.getCount()).as("the agent was told").isZero();
      assertThat(heard).hasSizeGreaterThan(3).last().isEqualTo(stub.watched.get());
      assertThat(client.cancel("slow")).isTrue();
      assertThat(client.cancel("other")).isFalse();
      assertThat(client.watch("x").allBytes()).isEqualTo(5000);
    }
  }

  @Test
  void an_agent_that_is_gone_is_a_fault_and_no_refusal() {
    Path socket = folder.resolve("a.sock");
    var server = TtrpcServer.start(socket, AgentEndpoint.handlers(new Stub()), peer -> true);
    try (var client = AgentClient.connect(socket)) {
      server.close();
      assertThatThrownBy(() -> prepare(client, WISH)).isInstanceOf(TtrpcException.class);
    }
  }

  @Test
  void a_list_without_end_is_refused() {
    var many = new ProtoWriter();
    for (int i = 0; i < 5000; i++) many.strings(4, List.of("x"));
    assertThatThrownBy(() -> PrepareRequest.decode(many.toBytes()))
        .isInstanceOf(ProtoException.class);
    var mounts = new ProtoWriter();
    for (int i = 0; i < 5000; i++) mounts.message(9, new ProtoWriter());
    assertThatThrownBy(() -> PrepareRequest.decode(mounts.toBytes()))
        .isInstanceOf(ProtoException.class);
    assertThatThrownBy(() -> PrepareRequest.decode(new byte[] {0x0a, 0x7f}))
        .isInstanceOf(ProtoException.class);
  }
}
