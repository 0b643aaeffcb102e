package dev.theca.registry.auth;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jws;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Bearer tokens as Docker's token specification has them: a JWT (ES256) with the {@code access} it
 * grants. The key lives as long as the process; after a restart clients ask for another token.
 */
public final class Tokens {
  static final Duration LIFE = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofSeconds(5);

  private final KeyPair key;
  private final String service;
  private final InstantSource clock;

  public Tokens(String service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      key = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-256", e);
    }
  }

  public String service() {
    return service;
  }

  /** The answer of the token endpoint for a subject with these rights. */
  public JsonObject issue(String subject, Rights rights) {
    Instant now = clock.instant();
    var access = new ArrayList<JsonValue>();
    for (var rule : rights.rules())
      access.add(
          JsonObject.builder()
              .put("type", "repository")
              .put("name", rule.pattern())
              .put(
                  "actions",
                  rule.action() == Action.PUSH
                      ? JsonArray.of("pull", "push")
                      : JsonArray.of("pull"))
              .build());
    var claims =
        JsonObject.builder()
            .put("iss", service)
            .put("aud", service)
            .put("sub", subject)
            .put("nbf", now.getEpochSecond() - SKEW.toSeconds())
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(LIFE).getEpochSecond())
            .put("jti", UUID.randomUUID().toString())
            .put("access", new JsonArray(access))
            .build();
    var header = JsonObject.builder().put("typ", "JWT").put("alg", "ES256").build();
    String token = Jws.sign(header, Json.write(claims), key.getPrivate());
    return JsonObject.builder()
        .put("token", token)
        .put("access_token", token)
        .put("expires_in", LIFE.toSeconds())
        .put("issued_at", now.toString())
        .build();
  }

  /** Whose a token of ours that is in force is, and what it grants. */
  public Optional<Gate.Caller> check(String token) {
    if (!(Jws.verify(token, "ES256", key.getPublic())
        instanceof Outcome.Granted<Jws.Verified>(var verified))) return Optional.empty();
    if (!(Json.object(verified.payload()) instanceof Outcome.Granted<JsonObject>(var claims)))
      return Optional.empty();
    long now = clock.instant().getEpochSecond();
    boolean holds =
        claims.string("aud").orElse("").equals(service)
            && claims.integer("nbf").orElse(Long.MAX_VALUE) <= now
            && claims.integer("exp").orElse(0L) > now;
    return holds
        ? Optional.of(new Gate.Caller(claims.string("sub").orElse(""), granted(claims)))
        : Optional.empty();
  }

  private static Rights granted(JsonObject claims) {
    var rules = new ArrayList<Rights.Rule>();
    for (JsonValue item : claims.array("access").orElse(List.of())) {
      if (!(item instanceof JsonObject access)) continue;
      String name = access.string("name").orElse("");
      var actions = access.array("actions").orElse(List.of());
      if (actions.contains(new JsonString("push"))) rules.add(new Rights.Rule(Action.PUSH, name));
      else if (actions.contains(new JsonString("pull")))
        rules.add(new Rights.Rule(Action.PULL, name));
    }
    return new Rights(rules);
  }
}
