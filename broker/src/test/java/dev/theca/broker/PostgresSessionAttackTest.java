package dev.theca.broker;

import dev.theca.broker.store.TestPostgres;

class PostgresSessionAttackTest extends SessionAttackContract {
  @Override
  Scene on(Scene scene) {
    return scene.postgres(TestPostgres.fresh());
  }
}
