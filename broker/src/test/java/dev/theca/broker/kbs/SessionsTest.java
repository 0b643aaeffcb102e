package dev.theca.broker.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.SqliteDatabase;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What challenges that failed may leave, and what must stay of them. */
class SessionsTest {
  private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private static Challenge challenge(int number, Instant expires) {
    return new Challenge("c" + number, "sgx", "sha384", "nonce" + number, expires);
  }

  /** A crowd is given many challenges in one millisecond, and a bound by time alone keeps them. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void a_crowd_that_fails_leaves_a_bounded_rest(long apart) {
    try (var database = SqliteDatabase.open(folder.resolve("broker.db"))) {
      var sessions = new Sessions(database);
      database.write(
          sql -> {
            for (int i = 0; i < 20_000; i++)
              sessions.failed(sql, challenge(i, END.plusMillis(i * apart)));
            return 0;
          });
      long kept =
          database
              .read(sql -> sql.one("SELECT COUNT(*) FROM session", row -> row.number(1)))
              .orElseThrow();
      assertThat(kept).isBetween(10_000L, 16_000L);
    }
  }

  @Test
  void a_token_is_never_forgotten_for_failures() {
    try (var database = SqliteDatabase.open(folder.resolve("broker.db"))) {
      var sessions = new Sessions(database);
      var first = challenge(-1, END.minusSeconds(60));
      database.write(
          sql -> {
            assertThat(
                    sessions.attested(
                        sql,
                        first,
                        "digest",
                        new Sessions.Token("text", "id"),
                        dev.theca.wire.json.JsonObject.builder().build()))
                .isTrue();
            for (int i = 0; i < 15_000; i++) sessions.failed(sql, challenge(i, END));
            return 0;
          });
      assertThat(sessions.mayAnswer(first, "digest").orThrow()).contains("text");
    }
  }
}
