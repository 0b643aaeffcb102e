package dev.theca.broker.token;

import dev.theca.broker.audit.TestSealer;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A broker's tokens on a database of its own, with a clock that the test moves. */
final class TokenWorld implements AutoCloseable, InstantSource {
  static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
  static final String ISSUER = "theca-test";

  final SqliteDatabase database;
  final TokenStore store;
  final Signers signers;
  private volatile Instant now = START;

  TokenWorld(Path folder) {
    this(folder, TokenSettings.of(ISSUER));
  }

  TokenWorld(Path folder, TokenSettings settings) {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    store = TokenStore.open(database, new TestSealer(), this, settings);
    signers = new Signers(store);
  }

  /** Another replica on the same database. */
  TokenStore replica() {
    return TokenStore.open(database, new TestSealer(), this, store.settings());
  }

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  Verifiers verifiers() {
    return verifiers(Trust.ownOnly());
  }

  Verifiers verifiers(Trust trust) {
    return new Verifiers(
        store,
        trust,
        address -> {
          throw new java.io.IOException("no network in this test");
        });
  }

  /** Believes the keys that an issuer publishes. */
  Verifiers verifiersWith(ForeignIssuer issuer) {
    var trust =
        new Trust(
            java.util.List.of(ForeignIssuer.SET),
            java.util.List.of(),
            false,
            java.util.List.of(),
            java.util.List.of());
    return new Verifiers(store, trust, issuer);
  }

  /** Claims that are valid for five minutes. */
  JsonObject.Builder claims(String issuer) {
    return JsonObject.builder()
        .put("iss", issuer)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plusSeconds(300).getEpochSecond());
  }

  String token() {
    return signers.sign(claims(ISSUER).build());
  }

  static JsonObject header(String token) {
    return Json.object(B64.fromUrl(token.substring(0, token.indexOf('.'))).orElseThrow()).orThrow();
  }

  static String kid(String token) {
    return header(token).string("kid").orElseThrow();
  }

  /** A token with any header, signed with a P-256 key. */
  static String forged(JsonObject header, JsonObject claims, PrivateKey key) {
    String input = B64.url(Json.write(header)) + "." + B64.url(Json.write(claims));
    return input + "." + B64.url(EcdsaSigning.sign(key, input.getBytes(StandardCharsets.US_ASCII)));
  }

  static String code(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Granted<?> granted -> "granted";
      case Outcome.Refused<?>(var reasons) -> reasons.getFirst().code().id();
    };
  }

  @Override
  public void close() {
    database.close();
  }
}
