package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.image.Document;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures of the Notary Project in JWS envelopes. */
class NotationTest {
  private static final String HEADER =
      """
      {"alg":"ES256","cty":"application/vnd.cncf.notary.payload.v1+json",\
      "crit":["io.cncf.notary.signingScheme"],"io.cncf.notary.signingScheme":"notary.x509",\
      "io.cncf.notary.signingTime":"2026-05-01T11:00:00Z"}""";
  private static final String POLICY =
      """
      {"version":"1.0","trustPolicies":[{"name":"all","registryScopes":["%s"],
       "signatureVerification":{"level":"strict"},"trustStores":["ca:mine"],
       "trustedIdentities":["%s"]}]}""";

  private final FakeRepository repository = new FakeRepository();
  private final Document image = repository.image("app");
  private final SigstoreCa ca =
      new SigstoreCa("ca", Judging.NOW.minusSeconds(99), Judging.NOW.plus(Duration.ofDays(9)));
  private final KeyPair key = Keys.of("secp256r1");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String target(Digest digest) {
    return "{\"targetArtifact\":{\"mediaType\":\"m\",\"digest\":\"%s\",\"size\":2}}"
        .formatted(digest);
  }

  private void attach(String header, String payload, KeyPair by) throws Exception {
    var leaf =
        new SigstoreCa.Leaf(
            key.getPublic(),
            "i",
            SigstoreCa.email("a@b"),
            Judging.NOW.minusSeconds(60),
            Judging.NOW.plusSeconds(600));
    String input = B64.url(utf8(header)) + "." + B64.url(utf8(payload));
    var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(by.getPrivate());
    signer.update(utf8(input));
    var base64 = Base64.getEncoder();
    String envelope =
        "{\"payload\":\"%s\",\"protected\":\"%s\",\"header\":{\"x5c\":[\"%s\",\"%s\"]},\"signature\":\"%s\"}"
            .formatted(
                B64.url(utf8(payload)),
                B64.url(utf8(header)),
                base64.encodeToString(ca.issueUnlogged(leaf)),
                base64.encodeToString(ca.chain().getFirst()),
                B64.url(signer.sign()));
    byte[] blob = utf8(envelope);
    repository.blobs.put(Digest.sha256(blob), blob);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "artifactType":"application/vnd.cncf.notary.signature",
         "config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"%s"},
         "layers":[{"mediaType":"application/jose+json","size":%d,"digest":"%s"}],
         "subject":{"mediaType":"m","size":2,"digest":"%s"}}"""
            .formatted(Digest.sha256(utf8("{}")), blob.length, Digest.sha256(blob), image.digest());
    repository.put(Document.of(utf8(manifest)).orThrow());
  }

  private Outcome<Accepted> judge(String policy, Duration later) {
    String roots = SigstoreWorld.pem(ca.chain().getLast());
    return NotationPolicy.parse(utf8(policy), Map.of("mine", utf8(roots)))
        .orThrow()
        .accept(
            Judging.REF,
            Set.of(image.digest()),
            repository,
            InstantSource.fixed(Judging.NOW.plus(later)));
  }

  private String judged() {
    return Judging.why(judge(POLICY.formatted("*", "*"), Duration.ZERO)).getLast();
  }

  @Test
  void a_signature_under_the_trust_store_counts() throws Exception {
    attach(HEADER, target(image.digest()), key);
    assertThat(judged()).startsWith("accepted");
    assertThat(judge(POLICY.formatted(Judging.NAME, "*"), Duration.ZERO).isGranted()).isTrue();
  }

  @Test
  void a_scope_or_an_identity_of_others_does_not_count() throws Exception {
    attach(HEADER, target(image.digest()), key);
    assertThat(judge(POLICY.formatted("other.example/x", "*"), Duration.ZERO).toString())
        .contains("image-rejected");
    assertThat(judge(POLICY.formatted("*", "x509.subject: CN=mallory"), Duration.ZERO).toString())
        .contains("image-signer");
  }

  @Test
  void a_certificate_that_has_expired_does_not_count() throws Exception {
    attach(HEADER, target(image.digest()), key);
    assertThat(judge(POLICY.formatted("*", "*"), Duration.ofHours(1)).toString())
        .contains("image-signer-certificate");
  }

  @Test
  void the_signature_of_another_image_or_key_does_not_count() throws Exception {
    attach(HEADER, target(Digest.sha256(new byte[1])), key);
    assertThat(judged()).contains("about sha256:");
    repository.documents.clear();
    attach(HEADER, target(image.digest()), Keys.of("secp256r1"));
    assertThat(judged()).contains("signature of its certificate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ES256 | none",
        "ES256 | PS256",
        "\"crit\":[ | \"crit\":[\"x\",",
        "notary.x509\" | notary.x509.signingAuthority\"",
        "2026-05-01T11 | yesterday",
        "payload.v1 | payload.v2",
        "{\"alg | {\"io.cncf.notary.expiry\":\"2036-05-01T11:00:00Z\",\"alg",
      })
  void an_envelope_with_another_header_does_not_count(String from, String to) throws Exception {
    assertThat(HEADER).contains(from);
    attach(HEADER.replace(from, to), target(image.digest()), key);
    assertThat(judged()).startsWith("image-signature: ");
  }

  @Test
  void a_signature_that_expired_does_not_count() throws Exception {
    String header =
        HEADER
            .replace("\"crit\":[", "\"crit\":[\"io.cncf.notary.expiry\",")
            .replace("{\"alg", "{\"io.cncf.notary.expiry\":\"2026-05-01T11:30:00Z\",\"alg");
    attach(header, target(image.digest()), key);
    assertThat(judged()).contains("has not expired");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"version\":\"2.0\",\"trustPolicies\":[]}",
        "{\"version\":\"1.0\",\"trustPolicies\":[]}",
        "{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"a\",\"registryScopes\":[\"*\"],\"signatureVerification\":{\"level\":\"audit\"},\"trustStores\":[\"ca:mine\"],\"trustedIdentities\":[\"*\"]}]}",
        "{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"a\",\"registryScopes\":[\"*\"],\"signatureVerification\":{\"level\":\"strict\"},\"trustStores\":[\"tsa:mine\"],\"trustedIdentities\":[\"*\"]}]}",
        "{\"version\":\"1.0\",\"trustPolicies\":[{\"name\":\"a\",\"registryScopes\":[\"*\"],\"signatureVerification\":{\"level\":\"strict\"},\"trustStores\":[\"ca:mine\"]}]}"
      })
  void a_trust_policy_that_is_only_half_understood_is_none(String json) {
    assertThat(NotationPolicy.parse(utf8(json), Map.of("mine", utf8("x"))).isGranted()).isFalse();
  }
}
