package dev.theca.enclave.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {
  private static final long GOOD = 0x85;
  private static final long FORBIDDEN = 13;
  private static final TeePlatform AGENT = new MacPlatform(1, 10, 20, 1, GOOD);
  private static final TeePlatform APP = new MacPlatform(1, 11, 20, 2, GOOD);
  private static final List<PeerIdentity> AGENTS =
      List.of(new PeerIdentity(MacPlatform.filled(32, 20), 1, 3));
  private static final List<PeerIdentity> APPS =
      List.of(new PeerIdentity(MacPlatform.filled(32, 20), 2, 1));

  @TempDir Path folder;

  /** Grants one container once. */
  private static final class Once implements HandoverServer.Grants {
    final List<String> granted = new ArrayList<>();
    final CountDownLatch accepted = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final List<Anchor> told = java.util.Collections.synchronizedList(new ArrayList<>());

    @Override
    public List<PeerIdentity> accepted() {
      return APPS;
    }

    @Override
    public synchronized Outcome<HandoverServer.Grant> grant(String containerId, EnclaveReport app) {
      if (!containerId.equals("c1"))
        return Outcome.refused(
            HandoverCode.UNKNOWN_CONTAINER, "container", "c1", containerId, "none");
      if (granted.contains(containerId))
        return Outcome.refused(
            HandoverCode.SECOND_HANDOVER, "hand-over", "the first", "a second", "none");
      granted.add(containerId);
      return Outcome.granted(new One());
    }

    private final class One implements HandoverServer.Grant {
      @Override
      public Payload payload() {
        return HandoverTest.payload();
      }

      @Override
      public void accepted() {
        accepted.countDown();
      }

      @Override
      public Outcome<Anchor> keep(UUID volume, Anchor state, boolean awaited) {
        told.add(state);
        return state.sequence() == FORBIDDEN
            ? Outcome.refused(HandoverCode.MALFORMED, "state", "another", "this", "none")
            : Outcome.granted(state);
      }

      @Override
      public void close() {
        closed.countDown();
      }
    }
  }

  private static Secret key(int value) {
    return Secret.moveFrom(MacPlatform.filled(32, value));
  }

  private static Anchor anchor(long sequence) {
    return new Anchor(sequence, MacPlatform.filled(32, 3));
  }

  private static VolumeGrant.Data data(VolumeState state) {
    return new VolumeGrant.Data(
        new UUID(5, 6),
        key(8),
        state,
        true,
        5L << 32,
        OnTamper.FREEZE,
        new VolumeGrant.Place("data", "/var/lib/data", 0750, 7, 8));
  }

  static Payload payload() {
    var volumes =
        List.<VolumeGrant>of(
            new VolumeGrant.Base(new UUID(1, 2), key(5), MacPlatform.filled(32, 6), OnTamper.KILL),
            new VolumeGrant.Upper(new UUID(3, 4), key(7), 1 << 20, OnTamper.EIO),
            data(VolumeState.NEW),
            data(VolumeState.ANY),
            data(new VolumeState.Since(anchor(1L << 40))),
            new VolumeGrant.Protected(
                "cc_rootfs",
                Secret.moveFrom(MacPlatform.filled(16, 8)),
                MacPlatform.filled(32, 9),
                "/cc/rootfs"));
    var process =
        new Payload.Process(List.of("/bin/x", "é"), List.of("A=b"), "/w", 7, 8, List.of(9, 10));
    return new Payload(
        volumes,
        process,
        List.of(new Payload.SecretFile("/s", 1, 2, 0400, Secret.moveFrom("pw".getBytes(UTF_8)))));
  }

  private Outcome<HandoverClient> run(
      TeePlatform agent,
      TeePlatform app,
      List<PeerIdentity> agents,
      String container,
      HandoverServer.Grants grants) {
    Path socket = folder.resolve("h.sock");
    try (var _ = HandoverServer.start(socket, agent, grants)) {
      return HandoverClient.run(socket, app, agents, container);
    }
  }

  private static String code(Outcome<HandoverClient> outcome) {
    return outcome instanceof Outcome.Refused<HandoverClient>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  @Test
  void two_enclaves_that_accept_each_other_hand_over_everything() throws Exception {
    var grants = new Once();
    Path socket = folder.resolve("h.sock");
    try (var _ = HandoverServer.start(socket, AGENT, grants);
        var client = HandoverClient.run(socket, APP, AGENTS, "c1").orThrow()) {
      var got = client.payload();
      assertThat(got.process()).isEqualTo(payload().process());
      assertThat(got.encode()).as("volumes, keys and all").isEqualTo(payload().encode());
      String secret = got.files().getFirst().content().lend(b -> new String(b, UTF_8));
      assertThat(secret).isEqualTo("pw");
      assertThat(got.files().getFirst().mode()).isEqualTo(0400);
      client.accepted();
      assertThat(grants.accepted.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void an_agent_of_another_signer_product_or_version_gets_no_proof() {
    var strangers =
        List.of(
            new PeerIdentity(MacPlatform.filled(32, 21), 1, 3),
            new PeerIdentity(MacPlatform.filled(32, 20), 7, 3),
            new PeerIdentity(MacPlatform.filled(32, 20), 1, 4));
    for (var accepted : strangers)
      assertThat(code(run(AGENT, APP, List.of(accepted), "c1", new Once())))
          .isEqualTo("handover-identity");
  }

  @Test
  void an_app_of_another_identity_gets_nothing() {
    var grants = new Once();
    assertThat(code(run(AGENT, new MacPlatform(1, 11, 66, 2, GOOD), AGENTS, "c1", grants)))
        .isEqualTo("handover-identity");
    assertThat(code(run(AGENT, new MacPlatform(1, 11, 20, 1, GOOD), AGENTS, "c1", grants)))
        .isEqualTo("handover-identity");
    assertThat(code(run(AGENT, new MacPlatform(1, 10, 20, 2, GOOD), AGENTS, "c1", grants)))
        .isEqualTo("handover-identity");
    assertThat(grants.granted).isEmpty();
  }

  @Test
  void a_debug_enclave_on_either_side_is_refused() {
    assertThat(code(run(AGENT, new MacPlatform(1, 11, 20, 2, GOOD | 2), AGENTS, "c1", new Once())))
        .isEqualTo("handover-identity");
    assertThat(code(run(new MacPlatform(1, 10, 20, 1, GOOD | 2), APP, AGENTS, "c1", new Once())))
        .isEqualTo("handover-identity");
  }

  @Test
  void an_equal_enclave_on_another_platform_is_refused() {
    assertThat(code(run(AGENT, new MacPlatform(2, 11, 20, 2, GOOD), AGENTS, "c1", new Once())))
        .isEqualTo("handover-proof");
  }

  @Test
  void an_unknown_container_and_a_second_hand_over_are_refused() {
    var grants = new Once();
    assertThat(code(run(AGENT, APP, AGENTS, "c2", grants))).isEqualTo("handover-unknown-container");
    run(AGENT, APP, AGENTS, "c1", grants).orThrow().close();
    assertThat(code(run(AGENT, APP, AGENTS, "c1", grants))).isEqualTo("handover-second-handover");
  }

  @Test
  void the_newest_state_of_a_volume_reaches_the_agent_and_its_answer_comes_back() throws Exception {
    var grants = new Once();
    Path socket = folder.resolve("h.sock");
    try (var _ = HandoverServer.start(socket, AGENT, grants);
        var client = HandoverClient.run(socket, APP, AGENTS, "c1").orThrow()) {
      var keeper = client.keeper(new UUID(5, 6));
      for (int i = 20; i < 1000; i++) keeper.report(anchor(i));
      keeper.await(anchor(999));
      assertThat(grants.told).last().isEqualTo(anchor(999));
      assertThat(grants.told).as("older ones are left out").hasSizeLessThan(100);
      keeper.await(anchor(500)); // one before it is remembered with it
      client.accepted();
      assertThat(grants.accepted.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(grants.closed.getCount()).isOne();
    }
    assertThat(grants.closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nothing_is_remembered_any_more_once_the_agent_is_lost() throws Exception {
    var grants = new Once();
    Path socket = folder.resolve("h.sock");
    var server = HandoverServer.start(socket, AGENT, grants);
    try (var client = HandoverClient.run(socket, APP, AGENTS, "c1").orThrow()) {
      var lost = new CountDownLatch(1);
      client.whenLost(lost::countDown);
      var keeper = client.keeper(new UUID(5, 6));
      keeper.await(anchor(1));
      server.close();
      assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> keeper.await(anchor(2))).isInstanceOf(SealfsException.class);
    }
  }

  @Test
  void a_state_that_the_agent_refuses_ends_the_connection() throws Exception {
    var grants = new Once();
    Path socket = folder.resolve("h.sock");
    try (var _ = HandoverServer.start(socket, AGENT, grants);
        var client = HandoverClient.run(socket, APP, AGENTS, "c1").orThrow()) {
      var keeper = client.keeper(new UUID(5, 6));
      assertThatThrownBy(() -> keeper.await(anchor(FORBIDDEN))).isInstanceOf(SealfsException.class);
      assertThat(grants.closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A man in the middle who changes one byte of one message. */
  private String relayed(int message, int byteAt) throws Exception {
    Path front = folder.resolve("front.sock");
    Path back = folder.resolve("back.sock");
    try (var _ = HandoverServer.start(back, AGENT, new Once());
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      java.nio.file.Files.deleteIfExists(front);
      listener.bind(UnixDomainSocketAddress.of(front));
      var relay =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var app = listener.accept();
                        var agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                      agent.connect(UnixDomainSocketAddress.of(back));
                      SocketChannel[] from = {app, agent, app, agent};
                      SocketChannel[] to = {agent, app, agent, app};
                      for (int i = 0; i < 4; i++) pass(from[i], to[i], i == message ? byteAt : -1);
                    } catch (IOException e) {
                      return; // one side has hung up, which is what the test wants
                    }
                  });
      String code = code(HandoverClient.run(front, APP, AGENTS, "c1"));
      relay.join(2000);
      return code;
    }
  }

  private static void pass(SocketChannel from, SocketChannel to, int flip) throws IOException {
    var head = fill(from, ByteBuffer.allocate(4));
    var body = fill(from, ByteBuffer.allocate(head.getInt(0)));
    if (flip >= 0) {
      int at = Math.min(flip, body.limit() - 1);
      body.put(at, (byte) (body.get(at) ^ 1));
    }
    to.write(head.position(0));
    to.write(body.position(0));
  }

  private static ByteBuffer fill(SocketChannel from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) if (from.read(buffer) < 0) throw new IOException("closed");
    return buffer.flip();
  }

  @Test
  void a_changed_byte_in_any_message_ends_the_run() throws Exception {
    assertThat(relayed(-1, 0)).isEqualTo("granted");
    for (int at : new int[] {30, 60, 100, 140, 600})
      assertThat(relayed(0, at)).as("M1 byte " + at).isNotEqualTo("granted");
    for (int at : new int[] {5, 40, 80, 300, 620, 900})
      assertThat(relayed(1, at)).as("M2 byte " + at).isNotEqualTo("granted");
    for (int at : new int[] {5, 70, 330, 420})
      assertThat(relayed(2, at)).as("M3 byte " + at).isNotEqualTo("granted");
    for (int at : new int[] {2, 20, 200})
      assertThat(relayed(3, at)).as("payload byte " + at).isNotEqualTo("granted");
  }
}
