package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attestation results and message wrappers. */
class ResultTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static KeyPair key() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static String token(KeyPair key, String alg) {
    var claims = JsonObject.builder().put("report_data", "00").put("measurement", "aa").build();
    var appraisal =
        new Appraisal(
            Verdict.TRUSTED, List.of(), Optional.empty(), Optional.of(claims), "amd-milan", NOW);
    return Ear.of(Ear.TRUSTEE, "https://theca.invalid", "0.1", NOW, Duration.ofMinutes(5))
        .issuer("test")
        .submodule(
            "cpu0",
            EvidenceType.SNP,
            appraisal,
            TrustVector.of(appraisal).withExecutables(3),
            "default")
        .sign(
            JsonObject.builder().put("typ", "JWT").put("alg", alg).build(),
            content -> {
              try {
                var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
                signer.initSign(key.getPrivate());
                signer.update(content);
                return signer.sign();
              } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @Test
  void a_result_carries_status_vector_and_claims_and_verifies_under_its_key()
      throws GeneralSecurityException {
    var pair = key();
    var claims = Ear.verify(token(pair, "ES256"), pair.getPublic(), NOW).orThrow();
    var cpu = claims.object("submods").orElseThrow().object("cpu0").orElseThrow();
    assertThat(cpu.string("ear.status")).contains("affirming");
    assertThat(cpu.object("ear.trustworthiness-vector").orElseThrow().integer("hardware"))
        .contains(2L);
    var evidence = cpu.object("ear.veraison.annotated-evidence").orElseThrow();
    assertThat(evidence.string("report_data")).contains("00");
    assertThat(evidence.object("snp").orElseThrow().string("measurement")).contains("aa");
  }

  @Test
  void a_result_under_another_key_or_algorithm_or_after_its_time_is_refused()
      throws GeneralSecurityException {
    var pair = key();
    assertThat(Ear.verify(token(pair, "ES256"), key().getPublic(), NOW).isGranted()).isFalse();
    assertThat(Ear.verify(token(pair, "none"), pair.getPublic(), NOW).isGranted()).isFalse();
    assertThat(Ear.verify(token(pair, "HS256"), pair.getPublic(), NOW).isGranted()).isFalse();
    assertThat(
            Ear.verify(token(pair, "ES256"), pair.getPublic(), NOW.plusSeconds(3600)).isGranted())
        .isFalse();
    assertThat(Ear.verify("a.b", pair.getPublic(), NOW).isGranted()).isFalse();
    String good = token(pair, "ES256");
    assertThat(Ear.verify(good.replaceFirst("\\.e", ".f"), pair.getPublic(), NOW).isGranted())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "UP_TO_DATE, 2, affirming",
    "SW_HARDENING_NEEDED, 32, warning",
    "TD_RELAUNCH_ADVISED, 32, warning",
    "OUT_OF_DATE, 97, contraindicated",
    "REVOKED, 96, contraindicated"
  })
  void a_tcb_status_becomes_a_value_of_the_vector(TcbStatus status, int hardware, String tier) {
    var none = new java.util.TreeSet<String>();
    var tcb =
        new TcbVerdict(
            status, status, NOW, NOW, none, none, 1, Optional.empty(), Optional.empty(), "");
    var claims = JsonObject.builder().build();
    var verdict = status == TcbStatus.UP_TO_DATE ? Verdict.TRUSTED : Verdict.UNTRUSTED;
    var vector =
        TrustVector.of(
                new Appraisal(
                    verdict, List.of(), Optional.of(tcb), Optional.of(claims), "intel", NOW))
            .withExecutables(3);
    assertThat(vector.hardware()).isEqualTo(hardware);
    assertThat(vector.status().word()).isEqualTo(tier);
  }

  @Test
  void simulated_evidence_never_affirms_hardware() {
    var claims = JsonObject.builder().build();
    var appraisal =
        new Appraisal(
            Verdict.TRUSTED, List.of(), Optional.empty(), Optional.of(claims), "sim:x", NOW);
    assertThat(TrustVector.of(appraisal).hardware()).isEqualTo(97);
  }

  @Test
  void a_wrapper_names_its_message_in_json_in_cbor_and_in_collections() {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[] {1, 2});
    var one = Cmw.parse(("[\"a/b\",\"" + text + "\"]").getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(one.getFirst().type()).isEqualTo("a/b");
    assertThat(one.getFirst().value()).containsExactly(1, 2);
    var cbor = Cmw.parse(Cbor.encode(Cbor.array(List.of(30001, new byte[] {3})))).orThrow();
    assertThat(cbor.getFirst().type()).isEqualTo("30001");
    var tag =
        Cmw.parse(
                Cbor.encode(
                    new CborValue.CborTag(
                        1_668_546_817L + 60, new CborValue.CborBytes(new byte[] {4}))))
            .orThrow();
    assertThat(tag.getFirst().type()).isEqualTo("60");
    var all =
        Cmw.parse(
                ("{\"__cmwc_t\":\"x\",\"cpu\":[\"a/b\",\"" + text + "\"],\"gpu\":[\"c/d\",\"\"]}")
                    .getBytes(StandardCharsets.UTF_8))
            .orThrow();
    assertThat(all).extracting(Cmw::label).containsExactly("cpu", "gpu");
    assertThat(Json.text(one.getFirst().json())).isEqualTo("[\"a/b\",\"" + text + "\"]");
  }

  @Test
  void a_wrapped_quote_is_read_by_its_type_and_by_nothing_else() {
    byte[] quote = Vectors.bytes("intel/quote/12b401a88a51edb2.bin");
    var right = new Cmw("", Cmw.mediaType(EvidenceType.TDX), quote);
    assertThat(right.evidence().isGranted()).isTrue();
    assertThat(new Cmw("", Cmw.mediaType(EvidenceType.SGX), quote).evidence().isGranted())
        .isFalse();
    assertThat(new Cmw("", "application/octet-stream", quote).evidence().isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "[1]",
        "[\"a/b\"]",
        "[\"a/b\",1]",
        "[\"a/b\",\"=\"]",
        "{\"a\":1}",
        "{\"a\":{\"b\":[]}}",
        "x",
        "[null,\"AA\"]"
      })
  void a_wrapper_of_another_shape_is_refused(String text) {
    assertThat(Cmw.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void trustees_example_result_reads_as_a_claims_set() {
    var example = Json.object(Vectors.bytes("ear/trustee/example.token.json")).orThrow();
    var cpu = example.object("submods").orElseThrow().object("cpu0").orElseThrow();
    var vector = cpu.object("ear.trustworthiness-vector").orElseThrow();
    assertThat(vector.members().keySet())
        .containsExactlyInAnyOrderElementsOf(
            new TrustVector(0, 0, 0, 0, 0, 0, 0, 0).json().members().keySet());
  }
}
