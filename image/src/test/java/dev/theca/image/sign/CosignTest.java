package dev.theca.image.sign;

import static dev.theca.image.sign.Judging.NAME;
import static dev.theca.image.sign.Judging.judge;
import static dev.theca.image.sign.Judging.keyed;
import static dev.theca.image.sign.Judging.requiring;
import static dev.theca.image.sign.Judging.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures by a key, in cosign's forms, and the ways to cheat with them. */
class CosignTest {
  private final FakeRepository repository = new FakeRepository();
  private final dev.theca.image.Document image = repository.image("app");
  private final KeyPair key = Keys.of("secp256r1");
  private final CosignSigner signer = new CosignSigner(SigningKey.of(key).orThrow());
  private final ImagePolicy policy = requiring(keyed(Keys.pem(key)));

  private static byte[] payload(String reference, Digest digest) {
    return new SimpleSigning(SimpleSigning.COSIGN, reference, digest)
        .bytes(JsonObject.builder().build());
  }

  private static byte[] sign(KeyPair key, String algorithm, byte[] message) throws Exception {
    var signature = Signature.getInstance(algorithm);
    signature.initSign(key.getPrivate());
    signature.update(message);
    return signature.sign();
  }

  private static FakeRepository.Layer layer(byte[] payload, byte[] signature) {
    return new FakeRepository.Layer(
        SigstoreCandidates.PAYLOAD_TYPE,
        payload,
        Map.of(SigstoreCandidates.SIGNATURE, Base64.getEncoder().encodeToString(signature)));
  }

  private void atTag(FakeRepository.Layer... layers) {
    repository.signatureImage(SigstoreCandidates.tag(image.digest()), List.of(layers));
  }

  private void atTag(byte[] payload) throws Exception {
    atTag(layer(payload, sign(key, "SHA256withECDSA", payload)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1", "RSA2048", "RSA3072", "Ed25519"})
  void what_is_signed_here_verifies_here_in_both_forms(String kind) {
    var pair = Keys.of(kind);
    var by = new CosignSigner(SigningKey.of(pair).orThrow());
    var mine = requiring(keyed(Keys.pem(pair)));
    by.byTag(repository, repository, NAME, image.digest()).orThrow();
    var tagged = judge(mine, repository, image).orThrow();
    assertThat(tagged.signed()).isTrue();
    repository.tags.clear();
    by.byReferrer(repository, NAME, image.descriptor()).orThrow();
    var held = (Accepted.Held.Signature) judge(mine, repository, image).orThrow().held().getFirst();
    assertThat(held.fingerprint()).isEqualTo(Digest.sha256(pair.getPublic().getEncoded()).hex());
    assertThat(held.place()).contains("referrer");
    assertThat(held.digest()).isEqualTo(image.digest());
    assertThat(held.name()).isEqualTo(NAME);
  }

  @ParameterizedTest
  @CsvSource({
    "secp384r1, SHA256withECDSA",
    "secp521r1, SHA256withECDSA",
    "secp384r1, SHA384withECDSA"
  })
  void larger_curves_count_with_their_own_hash_and_with_the_older_cosigns(
      String curve, String algorithm) throws Exception {
    var pair = Keys.of(curve);
    byte[] payload = payload(NAME, image.digest());
    atTag(layer(payload, sign(pair, algorithm, payload)));
    assertThat(why(judge(requiring(keyed(Keys.pem(pair))), repository, image)))
        .first()
        .asString()
        .startsWith("accepted");
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 222})
  void rsa_pss_counts_with_the_salts_that_signers_use(int salt) throws Exception {
    var pair = Keys.of("RSA2048");
    byte[] payload = payload(NAME, image.digest());
    var pss = Signature.getInstance("RSASSA-PSS");
    pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
    pss.initSign(pair.getPrivate());
    pss.update(payload);
    atTag(layer(payload, pss.sign()));
    assertThat(judge(requiring(keyed(Keys.pem(pair))), repository, image).isGranted()).isTrue();
  }

  @Test
  void an_rsa_key_of_1024_bits_is_no_key() {
    assertThat(why(judge(requiring(keyed(Keys.pem(Keys.of("RSA1024")))), repository, image)))
        .first()
        .asString()
        .contains("image-signature-key", "1024 bits");
  }

  @Test
  void an_image_without_signatures_is_unsigned() {
    assertThat(why(judge(policy, repository, image)))
        .singleElement()
        .asString()
        .contains("image-unsigned", "unsigned", "sigstoreSigned");
  }

  @Test
  void the_signature_of_another_image_does_not_count() throws Exception {
    var other = repository.image("other");
    atTag(payload(NAME, other.digest()));
    assertThat(why(judge(policy, repository, image)))
        .hasSize(2)
        .last()
        .asString()
        .contains("image-signature-claim", other.digest().toString(), image.digest().toString());
  }

  @Test
  void a_moved_tag_does_not_move_the_signature() {
    var other = repository.image("other");
    signer.byTag(repository, repository, NAME, other.digest()).orThrow();
    var moved = repository.tags.remove(SigstoreCandidates.tag(other.digest()));
    repository.tags.put(SigstoreCandidates.tag(image.digest()), moved);
    assertThat(judge(policy, repository, image).isGranted()).isFalse();
  }

  @Test
  void a_signature_copied_from_another_repository_does_not_count() {
    signer.byTag(repository, repository, "registry.example/team/dev", image.digest()).orThrow();
    assertThat(why(judge(policy, repository, image)))
        .last()
        .asString()
        .contains("image-signature-name", "registry.example/team/dev");
  }

  @Test
  void a_bundle_copied_from_another_repository_does_not_count() {
    signer.byReferrer(repository, "registry.example/team/dev", image.descriptor()).orThrow();
    assertThat(why(judge(policy, repository, image))).last().asString().contains("team/dev");
  }

  @Test
  void a_stale_signature_beside_a_good_one_does_no_harm() throws Exception {
    byte[] stale = payload(NAME, repository.image("old").digest());
    byte[] broken = "{".getBytes(StandardCharsets.UTF_8);
    byte[] good = payload(NAME, image.digest());
    atTag(
        layer(stale, sign(key, "SHA256withECDSA", stale)),
        layer(broken, sign(key, "SHA256withECDSA", broken)),
        layer(good, sign(key, "SHA256withECDSA", good)));
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
  }

  @Test
  void a_registry_that_hides_referrers_still_shows_tags() {
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    repository.forbidsReferrers = true;
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
    repository.tags.clear();
    assertThat(why(judge(policy, repository, image))).last().asString().contains("403");
  }

  @Test
  void a_key_of_another_kind_verifies_nothing() throws Exception {
    byte[] payload = payload(NAME, image.digest());
    atTag(layer(payload, sign(Keys.of("RSA2048"), "SHA256withRSA", payload)));
    assertThat(why(judge(policy, repository, image)))
        .last()
        .asString()
        .contains("image-signature:", "another key");
  }

  @Test
  void a_payload_with_an_unknown_critical_member_does_not_count() throws Exception {
    String good = new String(payload(NAME, image.digest()), StandardCharsets.UTF_8);
    String changed = good.replace("\"type\":", "\"only-on\":\"mondays\",\"type\":");
    assertThat(changed).isNotEqualTo(good);
    atTag(changed.getBytes(StandardCharsets.UTF_8));
    assertThat(why(judge(policy, repository, image)))
        .last()
        .asString()
        .contains("critical member that is unknown");
  }

  @Test
  void a_payload_of_gpg_does_not_count_as_cosigns() throws Exception {
    atTag(
        new SimpleSigning(SimpleSigning.GPG, NAME, image.digest())
            .bytes(JsonObject.builder().build()));
    assertThat(why(judge(policy, repository, image))).last().asString().contains("atomic");
  }

  @Test
  void a_payload_with_null_as_optional_counts_as_cosign_writes_it() throws Exception {
    String text = new String(payload(NAME, image.digest()), StandardCharsets.UTF_8);
    atTag(text.replace("\"optional\":{}", "\"optional\":null").getBytes(StandardCharsets.UTF_8));
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
    assertThat(new JsonNull()).isNotNull();
  }

  @Test
  void a_payload_that_is_changed_after_signing_does_not_count() throws Exception {
    byte[] signed = payload(NAME, repository.image("other").digest());
    atTag(layer(payload(NAME, image.digest()), sign(key, "SHA256withECDSA", signed)));
    assertThat(judge(policy, repository, image).isGranted()).isFalse();
  }

  @Test
  void a_payload_of_another_digest_than_its_descriptor_is_not_read() {
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    byte[] payload = payload(NAME, image.digest());
    repository.blobs.put(Digest.sha256(payload), "{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(why(judge(policy, repository, image))).last().asString().contains("image-manifest");
  }

  @Test
  void line_breaks_in_the_annotation_are_none_of_the_signature() throws Exception {
    byte[] payload = payload(NAME, image.digest());
    String text =
        Base64.getMimeEncoder().encodeToString(sign(key, "SHA256withECDSA", payload)) + "\r\n";
    atTag(
        new FakeRepository.Layer(
            SigstoreCandidates.PAYLOAD_TYPE, payload, Map.of(SigstoreCandidates.SIGNATURE, text)));
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
  }

  @Test
  void a_flood_of_signatures_ends_somewhere() throws Exception {
    var layers = new ArrayList<FakeRepository.Layer>();
    for (int i = 0; i < 200; i++) {
      byte[] payload = payload(NAME, Digest.sha256(new byte[] {(byte) i}));
      layers.add(layer(payload, sign(key, "SHA256withECDSA", payload)));
    }
    atTag(layers.toArray(FakeRepository.Layer[]::new));
    assertThat(why(judge(policy, repository, image)))
        .hasSize(17)
        .first()
        .asString()
        .contains("64 signatures");
  }

  @Test
  void the_signature_of_the_index_speaks_for_its_manifests() {
    var index = Digest.sha256("an index".getBytes(StandardCharsets.UTF_8));
    signer.byTag(repository, repository, NAME, index).orThrow();
    var accepted =
        policy.accept(
            Judging.REF,
            image,
            Set.of(image.digest(), index),
            repository,
            InstantSource.fixed(Judging.NOW));
    assertThat(accepted.isGranted()).isTrue();
  }

  @Test
  void every_requirement_of_the_list_must_hold() {
    var second = Keys.of("Ed25519");
    var both = requiring(keyed(Keys.pem(key)), keyed(Keys.pem(second)));
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    assertThat(judge(both, repository, image).isGranted()).isFalse();
    new CosignSigner(SigningKey.of(second).orThrow())
        .byTag(repository, repository, NAME, image.digest())
        .orThrow();
    assertThat(judge(both, repository, image).orThrow().held()).hasSize(2);
  }

  @Test
  void one_key_of_several_is_enough() {
    var any =
        requiring(
            Judging.sigstore(
                Map.of("keyDatas", JsonArray.of(Keys.pem(Keys.of("Ed25519")), Keys.pem(key)))));
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    assertThat(judge(any, repository, image).isGranted()).isTrue();
  }

  @Test
  void an_attestation_is_no_signature() throws Exception {
    String statement =
        new String(InToto.statement(NAME, image.digest()), StandardCharsets.UTF_8)
            .replace(InToto.COSIGN_SIGN, "https://slsa.dev/provenance/v1");
    bundled(statement);
    assertThat(why(judge(policy, repository, image))).last().asString().contains("attestation");
  }

  @Test
  void a_bundle_without_a_name_counts_only_where_the_policy_gives_names_up() throws Exception {
    String statement =
        new String(InToto.statement("x", image.digest()), StandardCharsets.UTF_8)
            .replace("\"name\":\"x\",", "");
    bundled(statement);
    assertThat(why(judge(policy, repository, image))).last().asString().contains("without a name");
    var open =
        Judging.sigstore(
            Map.of(
                "keyData",
                new JsonString(Keys.pem(key)),
                "signedIdentity",
                JsonObject.builder().put("type", "insecureAnyRepository").build()));
    assertThat(judge(requiring(open), repository, image).isGranted()).isTrue();
  }

  private void bundled(String statement) throws Exception {
    byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
    var content = new SignedContent.Envelope(InToto.PAYLOAD_TYPE, payload, new byte[0]);
    var b64 = Base64.getEncoder();
    String bundle =
        """
        {"mediaType":"%s","verificationMaterial":{"publicKey":{"hint":""}},
         "dsseEnvelope":{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}"""
            .formatted(
                SigstoreBundle.V0_3,
                b64.encodeToString(payload),
                InToto.PAYLOAD_TYPE,
                b64.encodeToString(sign(key, "SHA256withECDSA", content.message())));
    CosignSigner.artifact(
            repository,
            SigstoreBundle.V0_3,
            bundle.getBytes(StandardCharsets.UTF_8),
            image.descriptor())
        .orThrow();
  }

  @Test
  void a_second_signature_keeps_the_first_one() {
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    new CosignSigner(SigningKey.of(Keys.of("Ed25519")).orThrow())
        .byTag(repository, repository, NAME, image.digest())
        .orThrow();
    var stored = repository.tags.get(SigstoreCandidates.tag(image.digest()));
    assertThat(Manifest.parse(stored).orThrow().layers()).hasSize(2);
    assertThat(judge(policy, repository, image).isGranted()).isTrue();
  }

  @Test
  void a_digest_that_its_user_pinned_must_be_the_one_that_came() {
    signer.byTag(repository, repository, NAME, image.digest()).orThrow();
    var pinned = ImageRef.parse(NAME + "@" + Digest.sha256(new byte[1])).orThrow();
    assertThat(why(judge(policy, repository, image, pinned)))
        .singleElement()
        .asString()
        .contains("image-rejected");
  }
}
