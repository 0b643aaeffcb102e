package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class PostgresMigrationsTest extends MigrationsContract {
  private final PostgresSettings settings = TestPostgres.fresh();

  @Override
  Database open(Migrations migrations) {
    return PostgresDatabase.open(settings, migrations);
  }

  @Test
  void three_replicas_may_start_at_once_on_an_empty_database() throws Exception {
    for (int round = 0; round < 3; round++) {
      var empty = TestPostgres.fresh();
      var replicas = new ArrayList<Callable<Long>>();
      for (int i = 0; i < 3; i++) {
        replicas.add(
            () -> {
              try (var database = PostgresDatabase.open(empty, scripts(FIRST, SECOND))) {
                return rows(database, "one");
              }
            });
      }
      assertThat(Crowd.outcomes(replicas)).containsOnly(1L).hasSize(3);
    }
  }
}
