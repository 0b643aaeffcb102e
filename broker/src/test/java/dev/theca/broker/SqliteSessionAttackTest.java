package dev.theca.broker;

class SqliteSessionAttackTest extends SessionAttackContract {
  @Override
  Scene on(Scene scene) {
    return scene;
  }
}
