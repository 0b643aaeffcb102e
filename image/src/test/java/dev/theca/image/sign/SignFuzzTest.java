package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.forge.TransparencyLog;
import dev.theca.kit.Fuzz;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Everything here that reads bytes of a registry or a file, fed with changed copies of good ones.
 */
class SignFuzzTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
  private final SigstoreWorld world = new SigstoreWorld(AT.minusSeconds(3600));
  private final java.security.KeyPair key = Keys.of("secp256r1");
  private final byte[] certificate =
      world
          .ca()
          .issue(
              new SigstoreCa.Leaf(
                  key.getPublic(),
                  "https://i.example",
                  SigstoreCa.email("a@b.example"),
                  AT,
                  AT.plusSeconds(600)));
  private final byte[] statement = InToto.statement(Judging.NAME, Digest.sha256(new byte[0]));
  private final JsonObject bundle =
      world.bundle(new SigstoreWorld.Holder(key, certificate), InToto.PAYLOAD_TYPE, statement, AT);

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void ran(long inputs) {
    assertThat(inputs).isGreaterThan(100);
  }

  @Test
  void policies() {
    var seeds =
        List.of(
            utf8(
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a.b/c\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"a.b\",\"signedPrefix\":\"c.d\"}}]}}}"),
            utf8(
                "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"AAAA\"}]}"),
            utf8(
                "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"trustedRootPath\":\"/r\",\"oidcIssuer\":\"i\",\"subjectPattern\":\"a.*\"}}]}"));
    var means = SignatureMeans.of(KeyMaterial.none());
    ran(
        Fuzz.run(
            "policy.json",
            seeds,
            input -> {
              if (ImagePolicy.parse(input, means) instanceof Outcome.Granted<ImagePolicy>(var p)
                  && p.chosen(new ImageName.Docker(Judging.REF)).requirements().isEmpty())
                throw new IllegalStateException("a policy that asks for nothing");
            }));
  }

  @Test
  void payloads() {
    byte[] good =
        new SimpleSigning(SimpleSigning.COSIGN, Judging.NAME, Digest.sha256(new byte[0]))
            .bytes(JsonObject.builder().build());
    ran(Fuzz.run("simple signing payload", List.of(good), SimpleSigning::parse));
  }

  /** No change of a bundle may make it say something else and still hold. */
  @Test
  void bundles() {
    var policy =
        SigstoreTrust.keyless(
                KeyMaterial.none(),
                new Requirement.SigstoreKeyless(
                    Requirement.KeyPlace.of(world.trustedRoot()),
                    true,
                    List.of(),
                    new SignerRule.Email("https://i.example", "a@b.example"),
                    new SignedIdentity.InsecureAnyRepository()))
            .orThrow();
    var repository = new FakeRepository();
    var image = repository.image("app");
    var judge =
        new RequirementJudge(
            SignatureMeans.of(KeyMaterial.none()),
            new ImageName.Docker(Judging.REF),
            image,
            java.util.Set.of(image.digest()),
            repository,
            AT);
    ran(
        Fuzz.run(
            "sigstore bundle",
            List.of(
                Json.write(bundle),
                Json.write(
                    world.messageBundle(new SigstoreWorld.Holder(key, certificate), statement, AT)),
                Json.write(
                    world.stampedBundle(
                        new SigstoreWorld.Holder(key, certificate),
                        InToto.PAYLOAD_TYPE,
                        statement,
                        AT))),
            input -> {
              var held =
                  SigstoreBundle.parse("here", input)
                      .then(c -> new SigstoreJudge(judge, policy, "sigstoreSigned").judge(c));
              if (held.isGranted()) throw new IllegalStateException("about another image");
            }));
  }

  @Test
  void annotations() {
    var log = world.log();
    byte[] annotation = Json.write(log.annotation(0, AT));
    ran(
        Fuzz.run(
            "annotations",
            List.of(annotation, utf8(SigstoreWorld.pem(certificate)), utf8("MEUCIQ==")),
            input ->
                SigstoreCandidates.payload(
                    "here",
                    input,
                    Map.of(
                        SigstoreCandidates.SIGNATURE, text(input).replaceAll("[^A-Za-z0-9+/=]", ""),
                        SigstoreCandidates.CERTIFICATE, text(input),
                        SigstoreCandidates.BUNDLE, text(input)))));
    ran(
        Fuzz.run(
            "log entry in an annotation",
            List.of(annotation),
            input -> Json.object(input).then(LogEntry::readAnnotation)));
  }

  /** What holds of a changed answer is the time that was stamped, and no other. */
  @Test
  void timestamps() {
    byte[] signature = {1, 2, 3};
    var authorities = TrustedRoot.parse(world.trustedRoot()).orThrow().timestampAuthorities();
    ran(
        Fuzz.run(
            "timestamp",
            List.of(
                world.stamps().stamp(signature, AT, true),
                world.stamps().stamp(signature, AT, false)),
            input -> {
              if (TimeStampJudge.proved(input, signature, authorities)
                      instanceof Outcome.Granted<Instant>(var at)
                  && !at.equals(AT)) throw new IllegalStateException("another time");
            }));
  }

  @Test
  void trusted_roots() {
    ran(Fuzz.run("trusted root", List.of(world.trustedRoot()), TrustedRoot::parse));
  }

  @Test
  void checkpoints() {
    var log = new TransparencyLog("o");
    log.append(new byte[1]);
    ran(
        Fuzz.run(
            "checkpoint", List.of(utf8(log.checkpoint())), input -> Checkpoint.parse(text(input))));
  }

  @Test
  void certificates() {
    var issuer = Certificate.parse(world.ca().chain().getFirst()).orThrow();
    ran(
        Fuzz.run(
            "signer's certificate",
            List.of(certificate),
            input ->
                Certificate.parse(input)
                    .then(
                        leaf -> {
                          CertificateIdentity.of(leaf);
                          return CertificateTimestamp.of(
                              leaf,
                              issuer,
                              TrustedRoot.parse(world.trustedRoot()).orThrow().certificateLogs());
                        })));
  }

  @Test
  void notation() {
    String b64 = java.util.Base64.getEncoder().encodeToString(certificate);
    String header =
        dev.theca.wire.jose.B64.url(
            utf8(
                "{\"alg\":\"ES256\",\"cty\":\"application/vnd.cncf.notary.payload.v1+json\",\"crit\":[\"io.cncf.notary.signingScheme\"],\"io.cncf.notary.signingScheme\":\"notary.x509\",\"io.cncf.notary.signingTime\":\"2026-05-01T11:00:00Z\"}"));
    byte[] envelope =
        utf8(
            "{\"payload\":\"e30\",\"protected\":\"%s\",\"header\":{\"x5c\":[\"%s\"]},\"signature\":\"AAAA\"}"
                .formatted(header, b64));
    assertThat(NotationEnvelope.parse(envelope).isGranted()).isTrue();
    ran(
        Fuzz.run(
            "Notation envelope",
            List.of(envelope),
            input -> NotationEnvelope.parse(input).then(NotationEnvelope::target)));
  }

  @Test
  void keys() {
    ran(
        Fuzz.run(
            "keys in PEM",
            List.of(
                utf8(Keys.pem(key)),
                utf8(dev.theca.wire.der.Pem.write("PRIVATE KEY", key.getPrivate().getEncoded()))),
            input -> {
              SignatureKey.pem(input);
              try (var secret = Secret.moveFrom(input)) {
                SigningKey.pem(secret);
              }
            }));
  }
}
