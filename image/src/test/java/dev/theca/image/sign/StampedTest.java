package dev.theca.image.sign;

import static dev.theca.image.sign.Judging.NAME;
import static dev.theca.image.sign.Judging.judge;
import static dev.theca.image.sign.Judging.requiring;
import static dev.theca.image.sign.Judging.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.RekorBody;
import dev.theca.forge.SigstoreWorld;
import dev.theca.forge.TimeStampAuthority;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures in a log of version 2, whose time an authority stamped (RFC 3161). */
class StampedTest extends KeylessBed {
  private JsonObject bundle(Instant... at) {
    return world.stampedBundle(holder(), InToto.PAYLOAD_TYPE, statement(), at);
  }

  /** A bundle in the second log whose answers somebody else makes of its signature. */
  private JsonObject bundle(java.util.function.Function<byte[], List<byte[]>> answers) {
    var bundle = bundle();
    var signatures = bundle.object("dsseEnvelope").orElseThrow().array("signatures").orElseThrow();
    String text = ((JsonObject) signatures.getFirst()).string("sig").orElseThrow();
    return SigstoreWorld.stamped(bundle, answers.apply(Base64.getDecoder().decode(text)));
  }

  private void accepted(JsonObject bundle) {
    attach(bundle);
    assertThat(why(judge(policy, repository, image))).first().asString().startsWith("accepted");
  }

  @Test
  void a_stamped_bundle_of_the_second_log_counts() {
    accepted(bundle(AT));
  }

  @Test
  void an_answer_with_its_certificate_counts() {
    accepted(bundle(signature -> List.of(world.stamps().stamp(signature, AT, true))));
  }

  @Test
  void without_a_stamp_no_time_is_proved() {
    refusedFor(bundle(), "image-signature-time", "without one");
  }

  @Test
  void every_stamp_must_be_within_the_certificates_validity() {
    refusedFor(
        bundle(AT, AT.plus(Duration.ofDays(30))), "image-signer-certificate", "2026-03-31T10:00");
  }

  @Test
  void a_stamp_beside_the_promise_of_a_first_log_must_agree_too() {
    var by = holder();
    var plain = world.bundle(by, InToto.PAYLOAD_TYPE, statement(), AT);
    var signatures = plain.object("dsseEnvelope").orElseThrow().array("signatures").orElseThrow();
    byte[] signature =
        Base64.getDecoder()
            .decode(((JsonObject) signatures.getFirst()).string("sig").orElseThrow());
    refusedFor(
        SigstoreWorld.stamped(
            plain, List.of(world.stamps().stamp(signature, AT.plus(Duration.ofHours(2)), false))),
        "image-signer-certificate",
        "T12:00");
  }

  @Test
  void the_stamp_of_another_signature_is_none_of_this_one() {
    refusedFor(
        bundle(_ -> List.of(world.stamps().stamp(new byte[64], AT, false))),
        "image-signature-time",
        "of something else");
  }

  @Test
  void an_authority_outside_the_root_proves_no_time() {
    var other = new TimeStampAuthority("forged time-stamps", AT.minusSeconds(9), AT.plusSeconds(9));
    refusedFor(
        bundle(signature -> List.of(other.stamp(signature, AT, true))), "image-signer-certificate");
  }

  @Test
  void a_stamp_from_before_the_authority_was_in_use_proves_no_time() {
    refusedFor(
        bundle(AT.minus(Duration.ofDays(101))), "while the authority was in use", "2025-11-20");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_certificate_that_is_not_for_timestamps_alone_stamps_nothing(boolean critical) {
    String purpose = critical ? "1.3.6.1.5.5.7.3.3" : TimeStampAuthority.TIME_STAMPING;
    var wrong =
        new TimeStampAuthority(
            "t", AT.minusSeconds(9), AT.plus(Duration.ofDays(1)), purpose, critical);
    var chain = wrong.chain().stream().map(c -> Base64.getEncoder().encodeToString(c)).toList();
    var mine =
        world.stamps().chain().stream().map(c -> Base64.getEncoder().encodeToString(c)).toList();
    String root = new String(world.trustedRoot(), StandardCharsets.UTF_8);
    for (int i = 0; i < chain.size(); i++) root = root.replace(mine.get(i), chain.get(i));
    attach(bundle(signature -> List.of(wrong.stamp(signature, AT, false))));
    var judged =
        judge(
            requiring(
                rule(Map.of("subjectEmail", EMAIL), ISSUER, root.getBytes(StandardCharsets.UTF_8))),
            repository,
            image);
    assertThat(why(judged)).last().asString().contains("a certificate for timestamps only");
  }

  @Test
  void an_entry_of_the_second_log_needs_its_proof() {
    var bundle = bundle(AT);
    String json = Json.text(bundle).replace("\"inclusionProof\"", "\"somethingElse\"");
    refusedFor(
        Json.object(json.getBytes(StandardCharsets.UTF_8)).orThrow(),
        "image-log-entry",
        "without both");
  }

  @Test
  void the_checkpoint_of_another_second_log_proves_nothing() {
    var other = new SigstoreWorld(AT.minus(Duration.ofDays(100)));
    var by = holder();
    var theirs = other.stampedBundle(by, InToto.PAYLOAD_TYPE, statement(), AT);
    refusedFor(theirs, "image-log-entry", "checkpoint of the same log");
  }

  @Test
  void a_key_signature_in_the_second_log_needs_no_time() {
    var key = Keys.of("secp256r1");
    byte[] signature =
        SigstoreWorld.sign(key, SigstoreWorld.preAuthentication(InToto.PAYLOAD_TYPE, statement()));
    int index =
        world
            .second()
            .append(
                RekorBody.hashedRekord2(
                    SigstoreWorld.preAuthentication(InToto.PAYLOAD_TYPE, statement()),
                    signature,
                    "publicKey",
                    key.getPublic().getEncoded()));
    var whole =
        SigstoreWorld.bundle(
            holder(),
            InToto.PAYLOAD_TYPE,
            statement(),
            signature,
            world.second().entry(index, "hashedrekord"));
    var material =
        new LinkedHashMap<>(whole.object("verificationMaterial").orElseThrow().members());
    material.remove("certificate");
    material.put("publicKey", JsonObject.builder().put("hint", "k").build());
    var members = new LinkedHashMap<>(whole.members());
    members.put("verificationMaterial", new JsonObject(material));
    attach(new JsonObject(members));
    var rule =
        Judging.sigstore(
            Map.of(
                "keyData",
                new JsonString(Keys.pem(key)),
                "rekorPublicKeyData",
                new JsonString(Pem.write("PUBLIC KEY", world.second().key().getEncoded()))));
    assertThat(why(judge(requiring(rule), repository, image)))
        .first()
        .asString()
        .startsWith("accepted");
    var elsewhere =
        Judging.sigstore(
            Map.of(
                "keyData",
                new JsonString(Keys.pem(key)),
                "rekorPublicKeyData",
                new JsonString(Pem.write("PUBLIC KEY", world.log().key().getEncoded()))));
    assertThat(judge(requiring(elsewhere), repository, image).isGranted()).isFalse();
  }

  @Test
  void cosigns_annotation_of_a_stamp_is_read() {
    byte[] payload =
        new SimpleSigning(SimpleSigning.COSIGN, NAME, image.digest())
            .bytes(JsonObject.builder().build());
    byte[] answer = world.stamps().stamp(new byte[1], AT, true);
    var candidate =
        SigstoreCandidates.payload(
                "here",
                payload,
                Map.of(
                    SigstoreCandidates.SIGNATURE,
                    "AAAA",
                    SigstoreCandidates.STAMP,
                    "{\"SignedRFC3161Timestamp\":\""
                        + Base64.getEncoder().encodeToString(answer)
                        + "\"}"))
            .orThrow();
    assertThat(candidate.stamps()).containsExactly(answer);
  }

  @Test
  void an_answer_that_is_cut_or_changed_proves_nothing() {
    byte[] signature = {1, 2, 3};
    byte[] good = world.stamps().stamp(signature, AT, true);
    var authorities = TrustedRoot.parse(world.trustedRoot()).orThrow().timestampAuthorities();
    assertThat(TimeStampJudge.proved(good, signature, authorities).orThrow()).isEqualTo(AT);
    for (int i = 0; i < good.length; i++) {
      byte[] cut = java.util.Arrays.copyOf(good, i);
      assertThat(TimeStampJudge.proved(cut, signature, authorities).isGranted()).isFalse();
      byte[] changed = good.clone();
      changed[i] ^= 1;
      var judged = TimeStampJudge.proved(changed, signature, authorities);
      // What is not signed may change (versions, the signer's name): never the time.
      if (judged.isGranted()) assertThat(judged.orThrow()).isEqualTo(AT);
    }
  }
}
