package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTokensTest {
  private static final String AUDIT = "/theca/v1/audit";

  @TempDir Path folder;
  private Admin admin;

  @BeforeEach
  void open() {
    admin = new Admin(folder, "");
  }

  @AfterEach
  void close() {
    admin.close();
  }

  private static NewApiToken auditor(String name) {
    return new NewApiToken(name, List.of("auditor"), List.of(), Optional.empty());
  }

  private String create(NewApiToken wish) {
    return text(admin.admins.tokens().create(wish, admin.owner(), Keys.NOW).orThrow());
  }

  private static String text(ApiTokens.Made made) {
    return made.secret().lend(b -> new String(b, StandardCharsets.US_ASCII));
  }

  @Test
  void a_token_opens_what_its_role_allows_until_it_expires() {
    var expires = Keys.NOW.plus(Duration.ofHours(1));
    String bearer =
        create(new NewApiToken("ci", List.of("auditor"), List.of(), Optional.of(expires)));
    assertThat(admin.says(bearer, "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.says(bearer, "GET", AUDIT, expires.minusMillis(1))).isEqualTo("granted");
    assertThat(admin.says(bearer, "GET", AUDIT, expires)).isEqualTo(Admins.INVALID + ": expired");
  }

  @Test
  void the_database_and_the_trail_hold_no_token() throws Exception {
    String bearer = create(auditor("ci"));
    String secret = bearer.substring(bearer.length() - 43);
    admin.database.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("broker")).toList())
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain(secret);
    }
    assertThat(admin.trail.events).hasSize(1);
    assertThat(Json.text(admin.trail.events.getFirst().detail()))
        .contains("token-create", "auditor")
        .doesNotContain(secret);
  }

  @Test
  void a_revoked_token_is_refused_at_once_here_and_within_a_second_elsewhere() {
    String bearer = create(auditor("ci"));
    var other = admin.another("");
    assertThat(other.allow(bearer, "GET", AUDIT, Keys.NOW).isGranted()).isTrue();
    assertThat(admin.says(bearer, "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.admins.tokens().revoke("ci", admin.owner(), Keys.NOW).isGranted()).isTrue();
    assertThat(admin.says(bearer, "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": an unknown or revoked one");
    assertThat(other.allow(bearer, "GET", AUDIT, Keys.NOW.plusMillis(999)).isGranted()).isFalse();
    assertThat(admin.admins.tokens().revoke("ci", admin.owner(), Keys.NOW).isGranted()).isFalse();
  }

  @Test
  void a_token_that_another_replica_made_is_known_within_a_second() {
    var other = admin.another("");
    assertThat(other.allow(create(auditor("a")), "GET", AUDIT, Keys.NOW).isGranted()).isTrue();
    String later = create(auditor("b"));
    assertThat(other.allow(later, "GET", AUDIT, Keys.NOW.plusSeconds(1)).isGranted()).isTrue();
  }

  @Test
  void the_hour_of_use_is_noted_and_nothing_finer() {
    String bearer = create(auditor("ci"));
    var at = Instant.parse("2026-11-21T12:34:56Z");
    assertThat(admin.says(bearer, "GET", AUDIT, at)).isEqualTo("granted");
    assertThat(admin.says(bearer, "GET", AUDIT, at.plusSeconds(60))).isEqualTo("granted");
    assertThat(admin.admins.tokens().list().getFirst().used())
        .contains(Instant.parse("2026-11-21T12:00:00Z"));
  }

  @Test
  void guessing_ids_costs_no_query_each() {
    var counted = new CountingDatabase(admin.database);
    var live = new LiveTokens(counted);
    for (int i = 0; i < 1000; i++) assertThat(live.find("id" + i, Keys.NOW)).isEmpty();
    assertThat(counted.reads()).isEqualTo(1);
  }

  @Test
  void a_token_with_one_letter_changed_is_none() {
    String bearer = create(auditor("ci"));
    for (int i = 0; i < bearer.length(); i++) {
      char other = bearer.charAt(i) == 'A' ? 'B' : 'A';
      String forged = bearer.substring(0, i) + other + bearer.substring(i + 1);
      assertThat(admin.says(forged, "GET", AUDIT)).as("letter " + i).startsWith(Admins.INVALID);
    }
  }

  @Test
  void nobody_but_an_owner_of_everything_makes_tokens() {
    for (String role : List.of("resource-owner", "owner@team-a", "policy-author", "auditor"))
      assertThat(
              admin
                  .admins
                  .tokens()
                  .create(auditor("x"), new Actor("someone", java.util.Set.of(role)), Keys.NOW))
          .as(role)
          .isInstanceOf(Outcome.Refused.class);
    assertThat(admin.admins.tokens().list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', auditor, ''",
    "a b, auditor, ''",
    "a@b, auditor, ''",
    "x, '', ''",
    "x, unknown-role, ''",
    "x, auditor@team-a, ''",
    "x, auditor, ../team-b",
    "x, auditor, a/b",
    "x, auditor, a b",
  })
  void an_unfit_wish_makes_nothing(String name, String role, String tenant) {
    var wish =
        new NewApiToken(
            name,
            role.isEmpty() ? List.of() : List.of(role),
            tenant.isEmpty() ? List.of() : List.of(tenant),
            Optional.empty());
    assertThat(admin.admins.tokens().create(wish, admin.owner(), Keys.NOW))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(admin.admins.tokens().list()).isEmpty();
    assertThat(admin.trail.events).isEmpty();
  }

  @Test
  void a_name_belongs_to_one_valid_token_at_a_time() {
    String first = create(auditor("ci"));
    assertThat(admin.admins.tokens().create(auditor("ci"), admin.owner(), Keys.NOW).isGranted())
        .isFalse();
    assertThat(admin.admins.tokens().revoke("ci", admin.owner(), Keys.NOW).isGranted()).isTrue();
    String second = create(auditor("ci"));
    assertThat(second).isNotEqualTo(first);
    assertThat(admin.admins.tokens().list()).hasSize(2);
  }

  @Test
  void a_wish_is_read_strictly() {
    assertThat(
            NewApiToken.parse(
                    Toml.parse(
                            "name = \"ci\"\nroles = [\"auditor\"]\nexpires ="
                                + " \"2027-01-01T00:00:00Z\"")
                        .orThrow())
                .orThrow())
        .isEqualTo(
            new NewApiToken(
                "ci",
                List.of("auditor"),
                List.of(),
                Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
    for (String bad :
        List.of(
            "roles = [\"auditor\"]",
            "name = \"a\"\nrole = \"auditor\"",
            "name = \"a\"\nroles = [1]",
            "name = \"a\"\nroles = []\nexpires = \"soon\""))
      assertThat(NewApiToken.parse(Toml.parse(bad).orThrow())).isInstanceOf(Outcome.Refused.class);
  }
}
