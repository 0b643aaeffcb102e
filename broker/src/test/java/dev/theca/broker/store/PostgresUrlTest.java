package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.store.PostgresSettings.Password;
import dev.theca.broker.store.PostgresSettings.Tls;
import dev.theca.wire.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
  @Test
  void a_url_names_everything() {
    var settings =
        PostgresSettings.parse(
                "postgres://bro%40ker@db.example:6432/my%20keys"
                    + "?sslmode=verify-full&sslrootcert=/a/b%20c.pem&passfile=/run/p+w")
            .orThrow();
    assertThat(settings)
        .isEqualTo(
            new PostgresSettings(
                "db.example",
                6432,
                "my keys",
                "bro@ker",
                new Password.InFile(Path.of("/run/p+w")),
                new Tls.VerifiedBy(Path.of("/a/b c.pem")),
                Duration.ofSeconds(5)));
  }

  @Test
  void what_is_not_said_is_the_usual_port_and_verified_tls() {
    var settings = PostgresSettings.parse("postgresql://me@[::1]/keys").orThrow();
    assertThat(settings.port()).isEqualTo(5432);
    assertThat(settings.host()).isEqualTo("[::1]");
    assertThat(settings.tls()).isEqualTo(new Tls.Verified());
    assertThat(settings.password()).isEqualTo(new Password.None());
  }

  @ParameterizedTest
  @CsvSource({"disable,Disabled", "require,Unverified", "verify-full,Verified"})
  void tls_is_named_as_libpq_names_it(String mode, String type) {
    var settings = PostgresSettings.parse("postgres://me@h/d?sslmode=" + mode).orThrow();
    assertThat(settings.tls().getClass().getSimpleName()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "postgres",
        "postgres:",
        "postgres:/d",
        "jdbc:postgresql://me@h/d",
        "mysql://me@h/d",
        "postgres://h/d",
        "postgres://@h/d",
        "postgres://me@/d",
        "postgres://me@h",
        "postgres://me@h/",
        "postgres://me@h/a/b",
        "postgres://me@h:0/d",
        "postgres://me@h:65536/d",
        "postgres://me@h:x/d",
        "postgres://me@h/d?",
        "postgres://me@h/d?sslmode",
        "postgres://me@h/d?sslmode=",
        "postgres://me@h/d?sslmode=prefer",
        "postgres://me@h/d?sslmode=disable&sslmode=disable",
        "postgres://me@h/d?sslmode=require&sslrootcert=/a",
        "postgres://me@h/d?socketFactory=evil.Factory",
        "postgres://me@h/d?password=hunter2",
        "postgres://me@h/d?passfile=%00",
        "postgres://me:hunter2@h/d",
        "postgres://me:hunter2@h/d?x=%zz",
        "postgres://me:hunter2@h:port/d",
        "postgres://me%3Ahunter2@h/%zz",
        "hunter2 postgres://me@h/d"
      })
  void a_bad_url_is_refused_without_repeating_a_password(String url) {
    var outcome = PostgresSettings.parse(url);
    assertThat(outcome).as(url).isInstanceOf(Outcome.Refused.class);
    assertThat(outcome.toString()).doesNotContain("hunter2").contains("bad-database-url");
  }

  @Test
  void a_url_of_any_length_is_answered() {
    var outcome = PostgresSettings.parse("postgres://me@h/" + "d".repeat(100_000));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(outcome.toString()).hasSizeLessThan(1000);
  }

  @Test
  void a_password_is_in_no_message(@TempDir Path folder) throws Exception {
    var file = folder.resolve("password");
    Files.writeString(file, "hunter2\nanother line\n");
    var settings =
        PostgresSettings.parse("postgres://me@localhost:1/keys?sslmode=disable&passfile=" + file)
            .orThrow();
    assertThat(settings.toString()).isEqualTo("postgres://me@localhost:1/keys");
    assertThatThrownBy(() -> PostgresDatabase.open(settings))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("postgres://me@localhost:1/keys cannot be reached")
        .satisfies(
            e -> {
              var trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain("hunter2");
            });
  }

  @Test
  void a_password_file_that_is_missing_is_named() {
    var settings =
        PostgresSettings.parse("postgres://me@localhost:1/keys?passfile=/nowhere/pw").orThrow();
    assertThatThrownBy(() -> PostgresDatabase.open(settings))
        .isInstanceOf(StoreDown.class)
        .hasRootCauseMessage("/nowhere/pw");
  }
}
