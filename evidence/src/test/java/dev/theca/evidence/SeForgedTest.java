package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.se.Firmware;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** IBM Secure Execution, from the request through a stand-in of the firmware to the verdict. */
class SeForgedTest {
  private static final byte[] DATA = {1, 2, 3};
  private static final byte[] TAGS = new byte[208];

  static {
    Arrays.fill(TAGS, 192, 208, (byte) 9);
  }

  private final KeyPair verifierKey = key("RSA");
  private final KeyPair host = key("EC");
  private final Verifier verifier = Verifier.of(TrustRoots.vendors());

  private static KeyPair key(String kind) {
    try {
      var generator = KeyPairGenerator.getInstance(kind);
      if (kind.equals("RSA")) generator.initialize(2048);
      else generator.initialize(new ECGenParameterSpec("secp521r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonObject answer(byte[] tags) {
    var request =
        SeRequest.create(
            List.of((ECPublicKey) key("EC").getPublic(), (ECPublicKey) host.getPublic()),
            verifierKey.getPublic(),
            new SecureRandom());
    var measured = Firmware.answer(request.arcb(), host, tags, DATA);
    var out = JsonObject.builder();
    var base64 = Base64.getEncoder();
    out.put("measurement", base64.encodeToString(measured.measurement()));
    out.put("additional_data", base64.encodeToString(measured.additional()));
    out.put("user_data", base64.encodeToString(DATA));
    out.put("cuid", base64.encodeToString(new byte[16]));
    out.put("encr_measurement_key", base64.encodeToString(request.sealedKey()));
    out.put("encr_request_nonce", base64.encodeToString(request.sealedNonce()));
    return out.put("image_hdr_tags", base64.encodeToString(tags)).build();
  }

  private Appraisal judge(JsonObject answer, Set<String> images, Expected expected) {
    String hash = HexFormat.of().formatHex(Firmware.hash((ECPublicKey) host.getPublic()));
    var context = new SeHost("z-lab", verifierKey.getPrivate(), images, Set.of(hash));
    var evidence = EvidenceParser.parse(EvidenceType.SE, answer).orThrow();
    return verifier.verify(
        evidence,
        verifier.prepare(context, Instant.EPOCH).orThrow(),
        Instant.EPOCH,
        expected,
        Policy.STRICT);
  }

  private static final Set<String> OURS = Set.of("09".repeat(16));

  @Test
  void a_guest_that_answers_the_request_is_believed() {
    var good = judge(answer(TAGS), OURS, Expected.reportData(DATA));
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED);
    assertThat(good.claims().orElseThrow().string("tag")).contains("09".repeat(16));
  }

  @Test
  void another_image_other_user_data_and_no_expectation_are_refused() {
    assertThat(
            judge(answer(TAGS), Set.of(), Expected.reportData(DATA)).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.POLICY_REFERENCE);
    assertThat(
            judge(answer(TAGS), OURS, Expected.reportData(new byte[3]))
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.BINDING_REPORT_DATA);
    assertThat(judge(answer(TAGS), OURS, Expected.UNBOUND).trusted()).isFalse();
  }

  @Test
  void every_changed_member_gives_one_and_the_same_refusal() {
    var good = answer(TAGS);
    for (String name : good.members().keySet()) {
      byte[] value = Base64.getDecoder().decode(good.string(name).orElseThrow());
      value[value.length / 2] ^= 1;
      var changed = JsonObject.builder();
      good.members()
          .forEach(
              (key, there) -> {
                if (!key.equals(name)) changed.put(key, there);
              });
      var bad = changed.put(name, Base64.getEncoder().encodeToString(value)).build();
      var refused = judge(bad, OURS, Expected.reportData(DATA)).refusals();
      assertThat(refused.getFirst().code()).as(name).isEqualTo(EvidenceCode.SIGNATURE_EVIDENCE);
    }
  }

  @Test
  void members_of_the_wrong_size_are_refused_before_any_key_is_used() {
    for (String name : answer(TAGS).members().keySet()) {
      var good = answer(TAGS);
      var changed = JsonObject.builder();
      good.members()
          .forEach(
              (key, there) -> {
                if (!key.equals(name)) changed.put(key, there);
              });
      assertThat(EvidenceParser.parse(EvidenceType.SE, changed.build()))
          .isInstanceOf(Outcome.Refused.class);
      var long_ = changed.put(name, Base64.getEncoder().encodeToString(new byte[5000])).build();
      assertThat(EvidenceParser.parse(EvidenceType.SE, long_)).isInstanceOf(Outcome.Refused.class);
    }
  }
}
