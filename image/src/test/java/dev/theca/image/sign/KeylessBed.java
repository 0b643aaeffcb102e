package dev.theca.image.sign;

import static dev.theca.image.sign.Judging.NAME;
import static dev.theca.image.sign.Judging.judge;
import static dev.theca.image.sign.Judging.requiring;
import static dev.theca.image.sign.Judging.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * A world of signers whose certificates live for minutes, a signed image, and a policy that pins
 * it.
 */
abstract class KeylessBed {
  static final String ISSUER = "https://accounts.example.com";
  static final String EMAIL = "release@example.com";
  static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

  final FakeRepository repository = new FakeRepository();
  final dev.theca.image.Document image = repository.image("app");
  final SigstoreWorld world = new SigstoreWorld(AT.minus(Duration.ofDays(100)));
  final ImagePolicy policy = requiring(rule(Map.of("subjectEmail", EMAIL)));

  JsonObject rule(Map<String, String> subject) {
    return rule(subject, ISSUER, world.trustedRoot());
  }

  static JsonObject rule(Map<String, String> subject, String issuer, byte[] root) {
    var fulcio =
        JsonObject.builder()
            .put("trustedRootData", Base64.getEncoder().encodeToString(root))
            .put("oidcIssuer", issuer);
    subject.forEach(fulcio::put);
    return Judging.sigstore(Map.of("fulcio", fulcio.build()));
  }

  static SigstoreCa.Leaf leaf(java.security.KeyPair key, byte[] san) {
    return new SigstoreCa.Leaf(
        key.getPublic(), ISSUER, san, AT.minusSeconds(60), AT.plusSeconds(540));
  }

  SigstoreWorld.Holder holder(byte[] san) {
    var key = Keys.of("secp256r1");
    return new SigstoreWorld.Holder(key, world.ca().issue(leaf(key, san)));
  }

  SigstoreWorld.Holder holder() {
    return holder(SigstoreCa.email(EMAIL));
  }

  byte[] statement() {
    return InToto.statement(NAME, image.digest());
  }

  JsonObject bundle(SigstoreWorld.Holder by) {
    return world.bundle(by, InToto.PAYLOAD_TYPE, statement(), AT);
  }

  void attach(JsonObject bundle) {
    CosignSigner.artifact(repository, SigstoreBundle.V0_3, Json.write(bundle), image.descriptor())
        .orThrow();
  }

  void refusedFor(JsonObject bundle, String... words) {
    attach(bundle);
    assertThat(why(judge(policy, repository, image))).hasSize(2).last().asString().contains(words);
  }
}
