package dev.theca.evidence.ratls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Vectors;
import dev.theca.evidence.Verifier;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Attested TLS: over forged platforms, and over recorded certificates of Gramine's form. */
class RaTlsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private record Fixed(IntelCollateral collateral) implements CollateralSource {
    @Override
    public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
      return Outcome.granted(collateral);
    }

    @Override
    public Outcome<SnpEndorsement> snp(SnpKey key) {
      return CollateralSource.missing("endorsement", "none", "none");
    }
  }

  /** A platform under its own root, with one enclave. */
  private static final class World {
    final java.security.KeyPair root = Signer.newKey();
    final SgxPlatform platform =
        new SgxPlatform(root, new byte[16], new byte[6], NOW, SgxPlatform.Knobs.good());
    final TrustRoots roots = TrustRoots.vendors().with("sim:test", root.getPublic());

    byte[] quote(byte[] reportData) {
      var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
      body.putLong(48, 0x5).putLong(56, 3).put(64, Digest.sha256(new byte[1]).toBytes());
      return platform.quote(body.put(320, reportData).array());
    }

    RaTlsKeys keys() {
      return RaTlsKeys.create(this::quote, NOW.minusSeconds(60), NOW.plus(Duration.ofDays(1)));
    }

    RaTls peers(AttestedIdentity identity) {
      var d = platform.documents(NOW, SgxPlatform.Knobs.good());
      var collateral =
          new IntelCollateral(
              d.tcbInfo(),
              d.tcbChain(),
              d.qeIdentity(),
              d.qeChain(),
              d.pckCrl(),
              d.pckCrlChain(),
              d.rootCrl());
      return RaTls.of(
          Verifier.of(roots),
          new Fixed(collateral),
          Policy.STRICT,
          identity,
          InstantSource.fixed(NOW));
    }
  }

  private static final String MEASUREMENT = Digest.sha256(new byte[1]).hex();
  private static final AttestedIdentity OURS = AttestedIdentity.mrEnclave(MEASUREMENT);

  @Test
  void two_attested_peers_talk_and_a_stranger_is_told_why_not() throws IOException {
    var world = new World();
    var server = world.peers(OURS).context(world.keys().keyManagers());
    var client = world.peers(OURS).context(world.keys().keyManagers());
    assertThat(talk(server, client)).isEqualTo("hello");
    var stranger = world.peers(AttestedIdentity.mrEnclave("00".repeat(32))).context();
    assertThatThrownBy(() -> talk(server, stranger))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("policy-reference");
    var elsewhere = new World();
    var other = elsewhere.peers(OURS).context(elsewhere.keys().keyManagers());
    assertThatThrownBy(() -> talk(server, other))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("chain-untrusted");
  }

  @Test
  void trap_21_a_relayed_quote_does_not_vouch_for_another_key() throws IOException {
    var world = new World();
    byte[] victims = world.quote(new byte[64]);
    var captured = new java.util.concurrent.atomic.AtomicReference<>(victims);
    RaTlsKeys.create(
        data -> captured.updateAndGet(old -> world.quote(data)), NOW, NOW.plusSeconds(60));
    for (byte[] genuine : new byte[][] {victims, captured.get()}) {
      var relay = RaTlsKeys.create(data -> genuine, NOW.minusSeconds(60), NOW.plusSeconds(60));
      var server = world.peers(OURS).context(relay.keyManagers());
      var client = world.peers(OURS).context(world.keys().keyManagers());
      assertThatThrownBy(() -> talk(server, client))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("binding-");
    }
  }

  private static String talk(SSLContext server, SSLContext client) throws IOException {
    try (var listening =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening.setWantClientAuth(true);
      Thread.ofVirtual()
          .start(
              () -> {
                try (var peer = listening.accept()) {
                  peer.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  return; // the client refused us
                }
              });
      try (var socket =
          (SSLSocket)
              client
                  .getSocketFactory()
                  .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
  }

  @Test
  void a_nonce_must_be_among_the_claims() {
    var world = new World();
    byte[] nonce = {1, 2, 3};
    var with = RaTlsKeys.create(world::quote, NOW, NOW.plusSeconds(60), nonce).certificate();
    var without = world.keys().certificate();
    assertThat(
            RaTlsCertificate.read(Certificate.parse(with).orThrow(), Optional.of(nonce))
                .isGranted())
        .isTrue();
    assertThat(
            code(RaTlsCertificate.read(Certificate.parse(without).orThrow(), Optional.of(nonce))))
        .isEqualTo("binding-nonce");
  }

  private static String code(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  private static byte[] recorded(String name) {
    try {
      return Files.readAllBytes(Vectors.path("../gramine/ratls/" + name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(String name) {
    return new String(recorded(name), StandardCharsets.ISO_8859_1);
  }

  @Test
  void recorded_certificates_get_the_recorded_verdicts() {
    var root =
        Certificate.parse(
                dev.theca.wire.der.Pem.read("CERTIFICATE", text("trustedRootCaCert.pem"))
                    .orElseThrow()
                    .getFirst())
            .orThrow();
    var pem = text("pckSignChain.pem");
    int second = pem.indexOf("-----BEGIN", 10);
    boolean rootFirst =
        Certificate.parse(dev.theca.wire.der.Pem.read("CERTIFICATE", pem).orElseThrow().getFirst())
            .orThrow()
            .selfIssued();
    String authorities = rootFirst ? pem.substring(second) + pem.substring(0, second) : pem;
    var signing = text("tcbSignChain.pem");
    int cut = signing.indexOf("-----BEGIN", 10);
    String signers = rootFirst ? signing.substring(cut) + signing.substring(0, cut) : signing;
    var collateral =
        new IntelCollateral(
            recorded("tcbInfo.json"),
            signers,
            recorded("qeIdentity.json"),
            signers,
            recorded("intermediateCaCrl.der"),
            authorities,
            recorded("rootCaCrl.der"));
    Instant at = Instant.parse("2026-12-01T00:00:00Z");
    var roots = TrustRoots.vendors().with("sim:recorded", root.spki());
    var identity =
        AttestedIdentity.mrSigner(
            Digest.sha256("author".getBytes(StandardCharsets.US_ASCII)).hex(), 7, 3);
    var peers =
        RaTls.of(
            Verifier.of(roots),
            new Fixed(collateral),
            Policy.STRICT,
            identity,
            InstantSource.fixed(at));
    assertThat(code(peers.judge(recorded("cert.der")))).isEqualTo("granted");
    assertThat(code(peers.judge(recorded("x1-legacy-only.der")))).isEqualTo("granted");
    assertThat(code(peers.judge(recorded("x4-rekeyed.der")))).isEqualTo("binding-key");
    assertThat(code(peers.judge(recorded("x5-claims-flipped.der")))).isNotEqualTo("granted");
    assertThat(code(peers.judge(recorded("x8-mrenclave-flipped.der"))))
        .isEqualTo("signature-quote");
    var production =
        RaTls.of(
            Verifier.of(TrustRoots.vendors()),
            new Fixed(collateral),
            Policy.STRICT,
            identity,
            InstantSource.fixed(at));
    assertThat(code(production.judge(recorded("cert.der"))))
        .isEqualTo(EvidenceCode.CHAIN_UNTRUSTED.id());
  }
}
