package dev.theca.image.sign;

import static dev.theca.image.sign.Judging.judge;
import static dev.theca.image.sign.Judging.requiring;
import static dev.theca.image.sign.Judging.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreCa;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a certificate names, and who only looks like it. */
class SignerTest extends KeylessBed {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "release@example.com.evil.test",
        "evil-release@example.com",
        "Release@example.com",
        "release@examp1e.com",
        "release@example.co"
      })
  void a_look_alike_of_the_signer_is_somebody_else(String email) {
    refusedFor(bundle(holder(SigstoreCa.email(email))), "image-signer:", email);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rel\u0435ase@example.com", "release@example.com\u0000.evil", "a b@c"})
  void a_look_alike_in_another_script_is_not_even_a_name(String email) {
    refusedFor(bundle(holder(SigstoreCa.email(email))), "image-signer-certificate", "not ASCII");
  }

  @Test
  void an_address_as_uri_is_no_address() {
    refusedFor(bundle(holder(SigstoreCa.uri(EMAIL))), "image-signer:");
  }

  @Test
  void the_same_subject_at_another_issuer_is_somebody_else() {
    attach(bundle(holder()));
    var elsewhere = rule(Map.of("subjectEmail", EMAIL), ISSUER + "/", world.trustedRoot());
    assertThat(why(judge(requiring(elsewhere), repository, image)))
        .last()
        .asString()
        .contains("image-signer:");
  }

  @Test
  void uris_count_exactly_and_by_a_pattern_over_the_whole() {
    String uri = "https://ci.example.com/team/app/.github/workflows/release.yml@refs/tags/v1";
    attach(bundle(holder(SigstoreCa.uri(uri))));
    var exact = requiring(rule(Map.of("subjectURI", uri)));
    var pattern =
        requiring(
            rule(Map.of("subjectPattern", "https://ci\\.example\\.com/team/.*@refs/tags/v.*")));
    var part = requiring(rule(Map.of("subjectPattern", "ci\\.example\\.com")));
    assertThat(judge(exact, repository, image).isGranted()).isTrue();
    assertThat(judge(pattern, repository, image).isGranted()).isTrue();
    assertThat(judge(part, repository, image).isGranted()).isFalse();
  }
}
