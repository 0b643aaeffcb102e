package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreWorld;
import dev.theca.forge.TransparencyLog;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees, checkpoints, bundles and roots that are none. */
class LogFormatsTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void every_leaf_of_every_small_tree_has_a_path_to_its_root_and_to_no_other() {
    for (int size = 1; size <= 20; size++) {
      var log = new TransparencyLog("log.forged.invalid");
      for (int i = 0; i < size; i++) log.append(new byte[] {(byte) i});
      for (int i = 0; i < size; i++) {
        var entry = LogEntry.read(log.entry(i, AT, "x", "1")).orThrow();
        var proof = entry.proof().orElseThrow();
        byte[] leaf = Merkle.leaf(entry.body());
        assertThat(Merkle.root(i, size, leaf, proof.path())).contains(proof.root());
        assertThat(Merkle.root(i, size, Merkle.leaf(new byte[2]), proof.path()))
            .isNotEqualTo(java.util.Optional.of(proof.root()))
            .satisfies(r -> assertThat(r.orElse(new byte[0])).isNotEqualTo(proof.root()));
        for (int other = 0; other < size; other++)
          if (other != i)
            assertThat(Merkle.root(other, size, leaf, proof.path()).orElse(new byte[0]))
                .isNotEqualTo(proof.root());
      }
    }
  }

  /** The tree of RFC 6962's reference implementation (certificate-transparency, merkle tests). */
  @Test
  void hashes_are_those_of_the_reference_implementation() {
    assertThat(HexFormat.of().formatHex(Merkle.leaf(new byte[0])))
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    byte[] zero = Merkle.leaf(new byte[0]);
    byte[] one = Merkle.leaf(new byte[] {0});
    assertThat(HexFormat.of().formatHex(Merkle.node(zero, one)))
        .isEqualTo("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  }

  @Test
  void a_path_outside_the_tree_leads_nowhere() {
    byte[] leaf = Merkle.leaf(new byte[1]);
    assertThat(Merkle.root(0, 0, leaf, List.of())).isEmpty();
    assertThat(Merkle.root(1, 1, leaf, List.of())).isEmpty();
    assertThat(Merkle.root(-1, 1, leaf, List.of())).isEmpty();
    assertThat(Merkle.root(0, 1, leaf, List.of(leaf))).isEmpty();
    assertThat(Merkle.root(0, 2, leaf, List.of())).isEmpty();
    assertThat(Merkle.root(0, 2, leaf, List.of(new byte[31]))).isEmpty();
  }

  @Test
  void a_checkpoint_is_its_logs() {
    var log = new TransparencyLog("log.forged.invalid - 7");
    log.append(new byte[1]);
    var checkpoint = Checkpoint.parse(log.checkpoint()).orThrow();
    var key = SignatureKey.spki(log.key().getEncoded()).orThrow();
    assertThat(checkpoint.by(TrustedLog.of(key))).isTrue();
    var other = SignatureKey.spki(new TransparencyLog("x").key().getEncoded()).orThrow();
    assertThat(checkpoint.by(TrustedLog.of(other))).isFalse();
    assertThat(checkpoint.by(new TrustedLog(log.id(), other, Validity.ALWAYS))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "o\n1\n",
        "o\n1\nAAAA\n\n\u2014 o AAAAAAAA\n",
        "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 o AAAAAAAA\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 o AAAAAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- o AAAAAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 o AAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 o !!!!\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 o AAAAAAAA\n"
      })
  void a_note_that_is_no_checkpoint_is_refused(String note) {
    assertThat(Checkpoint.parse(note).isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.4+json\"}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"messageSignature\":{},\"dsseEnvelope\":{}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payload\":\"\",\"signatures\":[]}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"},{\"sig\":\"AA==\"}]}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payload\":\"?\",\"signatures\":[{\"sig\":\"AA==\"}]}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"messageSignature\":{\"messageDigest\":{\"algorithm\":\"SHA2_512\",\"digest\":\"AA==\"},\"signature\":\"AA==\"}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":{\"x509CertificateChain\":{}},\"dsseEnvelope\":{\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]}}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":{\"tlogEntries\":[1]},\"dsseEnvelope\":{\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]}}"
      })
  void a_document_that_is_no_bundle_is_refused(String json) {
    assertThat(SigstoreBundle.parse("here", utf8(json)).isGranted()).isFalse();
  }

  @Test
  void the_forged_root_is_read_whole() {
    var root = TrustedRoot.parse(new SigstoreWorld(AT).trustedRoot()).orThrow();
    assertThat(root.authorities()).hasSize(1);
    assertThat(root.authorities().getFirst().chain()).hasSize(2);
    assertThat(root.logs()).hasSize(2);
    assertThat(root.timestampAuthorities()).hasSize(1);
    assertThat(root.certificateLogs()).hasSize(1);
    assertThat(root.logs().getFirst().use().covers(AT.minusSeconds(1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\" : \"text/plain\"",
        "SHA2_256\" : SHA1\"",
        "\"rawBytes\":\" : \"rawBytes\":\"?",
        "\"rawBytes\" : \"raw\"",
        "\"start\":\"2 : \"start\":\"x2",
        "\"certificates\":[ : \"certificates\":[7,",
        "certificateAuthorities : authorities",
        "\"keyId\" : \"id\"",
      })
  void a_root_with_a_fault_is_refused(String change) {
    String[] halves = change.split(" : ");
    String good = new String(new SigstoreWorld(AT).trustedRoot(), StandardCharsets.UTF_8);
    String bad = good.replace(halves[0], halves[1]);
    assertThat(bad).isNotEqualTo(good);
    assertThat(TrustedRoot.parse(utf8(bad)).isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"critical\":{}}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\"},\"image\":{\"docker-manifest-digest\":\"sha256:0\"},\"type\":\"t\"}}",
        "{\"critical\":{\"identity\":{\"docker-reference\":1},\"image\":{\"docker-manifest-digest\":\"D\"},\"type\":\"t\"}}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\",\"x\":1},\"image\":{\"docker-manifest-digest\":\"D\"},\"type\":\"t\"}}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\"},\"image\":{\"docker-manifest-digest\":\"D\",\"x\":1},\"type\":\"t\"}}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\"},\"image\":{\"docker-manifest-digest\":\"D\"},\"type\":\"t\"},\"extra\":1}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\"},\"image\":{\"docker-manifest-digest\":\"D\"},\"type\":\"t\"},\"optional\":[]}",
        "{\"critical\":{\"identity\":{\"docker-reference\":\"a\"},\"image\":{\"docker-manifest-digest\":\"D\"}}}"
      })
  void a_payload_that_is_none_is_refused(String json) {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(SimpleSigning.parse(utf8(json.replace("\"D\"", '"' + digest + '"'))).isGranted())
        .isFalse();
  }

  @Test
  void a_payload_is_read_as_it_was_written() {
    var payload =
        new SimpleSigning(
            SimpleSigning.GPG, "r.example/a:1", dev.theca.wire.Digest.sha256(new byte[0]));
    byte[] bytes = payload.bytes(JsonObject.builder().put("creator", "theca").build());
    assertThat(SimpleSigning.parse(bytes).orThrow()).isEqualTo(payload);
    assertThat(Json.object(bytes).orThrow().object("optional").orElseThrow().string("creator"))
        .contains("theca");
  }
}
