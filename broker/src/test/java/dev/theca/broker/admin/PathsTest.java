package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
  private static Optional<String> match(String template, String path) {
    return PlainPath.segments(path).flatMap(s -> PathTemplate.parse(template).orThrow().match(s));
  }

  @ParameterizedTest
  @CsvSource({
    "/kbs/v0/resource/{tenant}/*/*, /kbs/v0/resource/team-a/key/one, team-a",
    "/kbs/v0/resource/{tenant}/**, /kbs/v0/resource/team-a/key/one, team-a",
    "/kbs/v0/resource/team-a/**, /kbs/v0/resource/team-a/key, ''",
    "/kbs/v0/reference-value/**, /kbs/v0/reference-value/rvps:/github.com/a:v1, ''",
    "/theca/v1/tenants/{tenant}/quota, /theca/v1/tenants/b.c_d/quota, b.c_d",
  })
  void a_template_matches_whole_paths_and_tells_the_tenant(
      String template, String path, String tenant) {
    assertThat(match(template, path)).contains(tenant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kbs/v0/resource/team-a/key",
        "/kbs/v0/resource/team-a/key/one/two",
        "/kbs/v0/resource/team-a/key/one/",
        "/kbs/v0/resource//key/one",
        "//kbs/v0/resource/team-a/key/one",
        "/kbs/v0/resource/team-a//one",
        "/kbs/v0/resource/./key/one",
        "/kbs/v0/resource/team-a/../one",
        "/kbs/v0/resource/team-a/key/..",
        "/kbs/v0/resource/.hidden/key/one",
        "/kbs/v0/resource/team-a%2fkey/one/x",
        "/kbs/v0/resource/team-a/key/one%2F",
        "/kbs/v0/resource/team-a/key/%2e%2e",
        "/kbs/v0/resource/team-a/key/one?x=1",
        "/kbs/v0/resource/team-a/key/one#x",
        "/kbs/v0/resource/team-a/key\\one/x",
        "/kbs/v0/resource/team a/key/one",
        "/kbs/v0/resource/team-a;x/key/one",
        "/kbs/v0/resource/{tenant}/key/one",
        "/kbs/v0/Resource/team-a/key/one",
        "/KBS/v0/resource/team-a/key/one",
        "/kbs/v1/resource/team-a/key/one",
        "/x/kbs/v0/resource/team-a/key/one",
        "kbs/v0/resource/team-a/key/one",
        "/kbs/v0/resource/team-a/key/one\n",
        "/kbs/v0/resource/team-a/key/\0",
        "/kbs/v0/resource",
        "/kbs/v0/",
        "/",
        "",
        "*",
      })
  void a_path_of_another_shape_or_with_a_trick_matches_nothing(String path) {
    assertThat(match("/kbs/v0/resource/{tenant}/*/*", path)).isEmpty();
  }

  @Test
  void two_stars_at_the_end_are_at_least_one_segment() {
    assertThat(match("/theca/v1/audit/**", "/theca/v1/audit")).isEmpty();
    assertThat(match("/theca/v1/audit/**", "/theca/v1/audit/")).isEmpty();
    assertThat(match("/theca/v1/audit/**", "/theca/v1/audit/export/1")).contains("");
    assertThat(match("/theca/v1/audit/**", "/theca/v1/auditors/1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/metrics",
        "/kbs/v0",
        "/kbs/v0/",
        "/kbs/v0/resource/",
        "/kbs/v0/../theca/v1/audit",
        "/kbs/v0/**/x",
        "/kbs/v0/a*",
        "/kbs/v0/{tenant}/{tenant}",
        "/kbs/v0/{other}",
        "/kbs/v0/a//b",
        "/kbs/v0/a b",
        "/kbs/v0/a?x",
        "^/kbs/v0/.*$",
      })
  void a_template_that_could_be_misread_is_refused(String template) {
    assertThat(PathTemplate.parse(template)).isInstanceOf(Outcome.Refused.class);
  }
}
