package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageRef;
import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which list of requirements an image falls under, and which policies are none. */
class PolicyTest {
  private static final String DIGEST = "@sha256:" + "a".repeat(64);

  private static final String SCOPES =
      """
      {"default":[{"type":"reject"}],"transports":{
        "docker":{
          "r.example:5000/ns/app:1":[{"type":"insecureAcceptAnything"}],
          "r.example:5000/ns/app":[{"type":"insecureAcceptAnything"}],
          "r.example:5000/ns":[{"type":"insecureAcceptAnything"}],
          "r.example:5000":[{"type":"insecureAcceptAnything"}],
          "*.example":[{"type":"insecureAcceptAnything"}],
          "*.deep.example":[{"type":"insecureAcceptAnything"}],
          "docker.io/library/busybox":[{"type":"insecureAcceptAnything"}],
          "":[{"type":"reject"}]},
        "oci":{"/srv/images":[{"type":"insecureAcceptAnything"}],
               "/srv/images/a:1":[{"type":"insecureAcceptAnything"}]},
        "docker-archive":{"":[{"type":"insecureAcceptAnything"}]}}}""";

  @ParameterizedTest
  @CsvSource({
    "r.example:5000/ns/app:1, docker:r.example:5000/ns/app:1",
    "r.example:5000/ns/app:2, docker:r.example:5000/ns/app",
    "r.example:5000/ns/app, docker:r.example:5000/ns/app",
    "r.example:5000/ns/app2:1, docker:r.example:5000/ns",
    "r.example:5000/ns2/app:1, docker:r.example:5000",
    "r.example:5001/ns/app:1, docker:*.example",
    "r.example/ns/app:1, docker:*.example",
    "x.deep.example/a, docker:*.deep.example",
    "deep.example/a, docker:*.example",
    "r.example.evil.test/ns/app:1, docker:",
    "busybox, docker:docker.io/library/busybox",
    "evil/busybox, docker:",
  })
  void the_most_specific_scope_supplies_the_list(String image, String scope) {
    var chosen =
        Judging.policy(SCOPES).chosen(new ImageName.Docker(ImageRef.parse(image).orThrow()));
    assertThat(chosen.scope()).isEqualTo(scope);
  }

  @Test
  void a_reference_by_digest_falls_to_its_repository() {
    var ref = ImageRef.parse("r.example:5000/ns/app" + DIGEST).orThrow();
    assertThat(Judging.policy(SCOPES).chosen(new ImageName.Docker(ref)).scope())
        .isEqualTo("docker:r.example:5000/ns/app");
  }

  @ParameterizedTest
  @CsvSource({
    "oci, /srv/images/a, 1, oci:/srv/images/a:1",
    "oci, /srv/images/a, 2, oci:/srv/images",
    "oci, /srv/images2, 1, default",
    "oci, /srv, '', default",
    "docker-archive, /srv/x.tar, '', docker-archive:",
    "dir, /srv/images, '', default",
  })
  void local_places_have_scopes_of_their_own(
      String transport, String path, String reference, String scope) {
    var name = new ImageName.Local(transport, path, reference);
    assertThat(Judging.policy(SCOPES).chosen(name).scope()).isEqualTo(scope);
  }

  @Test
  void without_a_policy_everything_is_rejected() {
    var repository = new FakeRepository();
    var outcome = Judging.judge(ImagePolicy.rejectAll(), repository, repository.image("any"));
    assertThat(Judging.why(outcome)).singleElement().asString().contains("image-rejected");
  }

  @Test
  void accepting_anything_is_no_signature() {
    var repository = new FakeRepository();
    var outcome =
        Judging.judge(
            Judging.policy("{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}"),
            repository,
            repository.image("any"));
    assertThat(outcome.orThrow().signed()).isFalse();
  }

  @Test
  void where_there_is_no_openpgp_a_gpg_requirement_is_refused_in_words() {
    var repository = new FakeRepository();
    var policy =
        Judging.policy(
            "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"AAAA\"}]}");
    assertThat(Judging.why(Judging.judge(policy, repository, repository.image("any"))))
        .singleElement()
        .asString()
        .contains("image-openpgp-absent", "enclaves carry no OpenPGP", "sigstoreSigned");
  }

  @Test
  void an_image_in_a_layout_has_no_name_that_a_signature_could_carry() {
    var repository = new FakeRepository();
    var image = repository.image("any");
    var key = Keys.of("secp256r1");
    new CosignSigner(SigningKey.of(key).orThrow())
        .byTag(repository, repository, Judging.NAME, image.digest())
        .orThrow();
    var outcome =
        Judging.requiring(Judging.keyed(Keys.pem(key)))
            .accept(
                new ImageName.Local("oci", "/srv/a", "1"),
                image,
                Set.of(image.digest()),
                repository,
                InstantSource.fixed(Judging.NOW));
    assertThat(Judging.why(outcome)).last().asString().contains("image-signature-name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"transports\":{}}",
        "{\"default\":[]}",
        "{\"default\":{}}",
        "{\"default\":[{}]}",
        "{\"default\":[{\"type\":\"rejekt\"}]}",
        "{\"default\":[{\"type\":\"reject\",\"keyPath\":\"/k\"}]}",
        "{\"default\":[{\"type\":\"reject\"}],\"default\":[{\"type\":\"insecureAcceptAnything\"}]}",
        "{\"default\":[{\"type\":\"reject\"}],\"transport\":{}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":[]}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"doker\":{}}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a.b\":[]}}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a.b/\":[{\"type\":\"reject\"}]}}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a.*\":[{\"type\":\"reject\"}]}}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"oci\":{\"srv\":[{\"type\":\"reject\"}]}}}",
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker-archive\":{\"/x\":[{\"type\":\"reject\"}]}}}",
        "{\"default\":[{\"type\":\"signedBy\",\"keyPath\":\"/k\"}]}",
        "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"X509\",\"keyPath\":\"/k\"}]}",
        "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\"}]}",
        "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/k\",\"keyData\":\"AA==\"}]}",
        "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"-\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPaths\":[]}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keypath\":\"/k\"}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"matchAny\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"matchExact\",\"prefix\":\"a\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"exactRepository\",\"dockerRepository\":\"a/b:1\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"exactReference\",\"dockerReference\":\"a/b\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"a\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"caPath\":\"/c\",\"oidcIssuer\":\"i\",\"subjectEmail\":\"e\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"trustedRootPath\":\"/c\",\"oidcIssuer\":\"i\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"trustedRootPath\":\"/c\",\"subjectEmail\":\"e\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"trustedRootPath\":\"/c\",\"oidcIssuer\":\"i\",\"subjectPattern\":\"(\"}}]}",
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"rekorPublicKeyPath\":\"/a\",\"rekorPublicKeyData\":\"AA==\"}]}",
      })
  void a_policy_that_is_only_half_understood_is_none(String json) {
    var read =
        ImagePolicy.parse(
            json.getBytes(StandardCharsets.UTF_8), SignatureMeans.of(KeyMaterial.none()));
    assertThat(read.isGranted()).as(json).isFalse();
    assertThat(
            Judging.why(
                read.map(
                    _ ->
                        new Accepted(
                            new ImageName.Local("oci", "/", ""), "", java.util.List.of()))))
        .first()
        .asString()
        .startsWith("image-policy: ");
  }

  @ParameterizedTest
  @CsvSource({
    "matchExact, r.example/a:1, r.example/a:1, true",
    "matchExact, r.example/a:1, r.example/a:2, false",
    "matchExact, r.example/a:latest, r.example/a, false",
    "matchRepoDigestOrExact, r.example/a:1, r.example/a:1, true",
    "matchRepoDigestOrExact, r.example/a:1, r.example/a, false",
    "matchRepository, r.example/a:1, r.example/a:2, true",
    "matchRepository, r.example/a:1, r.example/a, true",
    "matchRepository, r.example/a:1, r.example/ab, false",
    "matchRepository, busybox, docker.io/library/busybox, true",
    "matchRepository, r.example/a:1, 'r.example/a b', false",
    "matchRepository, r.example/a:1, '', false",
    "insecureAnyRepository, r.example/a:1, other.example/b, true",
  })
  void names_match_as_the_policy_says(String type, String image, String signed, boolean yes) {
    var identity =
        switch (type) {
          case "matchExact" -> new SignedIdentity.MatchExact();
          case "matchRepoDigestOrExact" -> new SignedIdentity.MatchRepoDigestOrExact();
          case "insecureAnyRepository" -> new SignedIdentity.InsecureAnyRepository();
          default -> new SignedIdentity.MatchRepository();
        };
    assertThat(identity.type()).isEqualTo(type);
    assertThat(identity.accepts(name(image), signed)).isEqualTo(yes);
  }

  private static ImageName name(String image) {
    return new ImageName.Docker(ImageRef.parse(image).orThrow());
  }

  @Test
  void a_reference_by_digest_matches_its_repository_but_never_exactly() {
    var byDigest = name("r.example/a" + DIGEST);
    assertThat(new SignedIdentity.MatchRepoDigestOrExact().accepts(byDigest, "r.example/a:7"))
        .isTrue();
    assertThat(new SignedIdentity.MatchExact().accepts(byDigest, "r.example/a" + DIGEST)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "mirror.example, r.example, mirror.example/a:1, r.example/a:1, true",
    "mirror.example/ns, r.example, mirror.example/ns/a:1, r.example/a:1, true",
    "mirror.example/ns, r.example, mirror.example/ns2/a:1, r.example2/a:1, false",
    "mirror.example/ns, r.example, other.example/a:1, other.example/a:1, true",
    "mirror.example, r.example, mirror.example/a:1, mirror.example/a:1, false",
  })
  void a_remapped_name_is_replaced_at_boundaries_only(
      String prefix, String signedPrefix, String image, String signed, boolean yes) {
    assertThat(new SignedIdentity.RemapIdentity(prefix, signedPrefix).accepts(name(image), signed))
        .isEqualTo(yes);
  }

  @Test
  void exact_names_do_not_ask_for_the_users() {
    var layout = new ImageName.Local("oci", "/srv/a", "");
    assertThat(new SignedIdentity.ExactReference("r.example/a:1").accepts(layout, "r.example/a:1"))
        .isTrue();
    assertThat(new SignedIdentity.ExactRepository("r.example/a").accepts(layout, "r.example/a:1"))
        .isTrue();
    assertThat(new SignedIdentity.ExactRepository("r.example/a").accepts(layout, "r.example/b:1"))
        .isFalse();
    assertThat(Digest.sha256(new byte[0]).hex()).hasSize(64);
  }
}
