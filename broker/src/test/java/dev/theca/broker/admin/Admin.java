package dev.theca.broker.admin;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;

/** The administrators of a broker with one configuration, for tests. */
final class Admin implements AutoCloseable {
  final KeptTrail trail = new KeptTrail();
  final RootToken root;
  final SqliteDatabase database;
  final BrokerAdmins admins;

  Admin(Path folder, String toml) {
    root = RootToken.open(folder.resolve("admin-token"), new SecureRandom()).orThrow();
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    admins = another(toml);
  }

  /** A replica on the same database. */
  BrokerAdmins another(String toml) {
    var settings = AdminSettings.parse(Toml.parse(toml).orThrow()).orThrow();
    return BrokerAdmins.open(settings, root, database, trail, new SecureRandom()).orThrow();
  }

  String rootText() {
    return root.lend(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  Actor owner() {
    return admins.allow(rootText(), "GET", "/theca/v1/tokens", Keys.NOW).orThrow();
  }

  /** {@code granted}, or the code and what was found. */
  String says(String bearer, String method, String path, Instant now) {
    return switch (admins.allow(bearer, method, path, now)) {
      case Outcome.Granted<Actor>(Actor who) -> "granted";
      case Outcome.Refused<Actor>(var reasons) ->
          reasons.getFirst().code().id() + ": " + reasons.getFirst().found();
    };
  }

  String says(String bearer, String method, String path) {
    return says(bearer, method, path, Keys.NOW);
  }

  @Override
  public void close() {
    database.close();
    root.close();
  }
}
