package dev.theca.broker.admin;

import dev.theca.broker.admin.ApiTokenTable.Stored;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Named tokens that the owner makes for programs: 32 random bytes, shown once, kept as a salted
 * hash. A revoked token is refused at once by this replica, and within a second by the others. Used
 * by many threads.
 */
public final class ApiTokens {
  private static final int MAX_LIVE = 1000;
  private static final Duration KEPT = Duration.ofDays(400);

  /** A token as it is handed out, once. */
  public record Made(ApiToken token, Secret secret) {}

  private final Database database;
  private final Audit audit;
  private final SecureRandom random;
  private final Set<String> knownRoles;
  private final LiveTokens live;

  ApiTokens(Database database, Audit audit, SecureRandom random, Set<String> knownRoles) {
    this.database = database;
    this.audit = audit;
    this.random = random;
    this.knownRoles = Set.copyOf(knownRoles);
    live = new LiveTokens(database);
  }

  /**
   * Makes a token. Only an owner of everything may: a token can hold any role.
   *
   * @throws dev.theca.broker.store.StoreDown when nothing was made
   */
  public Outcome<Made> create(NewApiToken wish, Actor by, Instant now) {
    if (!by.roles().contains(BuiltinRoles.OWNER))
      return AdminCode.DENIED.refuse(
          "API token", "made by an owner of everything", by.name(), "ask the broker's owner");
    var why = unfit(wish, now);
    if (why.isPresent()) return why.get().as();
    String id = HexFormat.of().formatHex(bytes(8));
    byte[] raw = bytes(32);
    String text = B64.url(raw);
    Arrays.fill(raw, (byte) 0);
    byte[] salt = bytes(16);
    var roles = wish.grants().stream().map(Grant::toString).toList();
    var token =
        new ApiToken(
            id,
            wish.name(),
            roles,
            Instant.ofEpochMilli(now.toEpochMilli()),
            by.name(),
            wish.expires(),
            Optional.empty(),
            Optional.empty());
    var stored = new Stored(token, salt, TokenText.hash(salt, text));
    Outcome<ApiToken> done =
        database.write(
            sql -> {
              sql.lock("admin-token");
              ApiTokenTable.forget(sql, now.minus(KEPT));
              var others = ApiTokenTable.live(sql, now);
              if (others.stream().anyMatch(o -> o.token().name().equals(wish.name())))
                return AdminCode.TOKEN.refuse(
                    "name of the API token",
                    "one that no valid token has",
                    Words.shown(wish.name()),
                    "revoke that token first, or choose another name");
              if (others.size() >= MAX_LIVE)
                return AdminCode.TOKEN.refuse(
                    "number of API tokens",
                    "fewer than " + MAX_LIVE,
                    others.size() + "",
                    "revoke some");
              ApiTokenTable.insert(sql, stored);
              audit.append(sql, event("token-create", token, by));
              return Outcome.granted(token);
            });
    live.changed();
    return done.map(t -> new Made(t, TokenText.compose(id, text)));
  }

  private Optional<Outcome.Refused<Made>> unfit(NewApiToken wish, Instant now) {
    if (!Words.NAME.matcher(wish.name()).matches())
      return unfit("name", "letters, digits, - _ . , up to 64", Words.shown(wish.name()));
    if (wish.roles().isEmpty() || wish.grants().size() > 100)
      return unfit("roles", "1 to 100, times tenants", wish.grants().size() + "");
    for (String role : wish.roles())
      if (!knownRoles.contains(role))
        return unfit("role", "one of " + knownRoles.stream().sorted().toList(), Words.shown(role));
    for (String tenant : wish.tenants())
      if (!Words.TENANT.matcher(tenant).matches())
        return unfit("tenant", "a tenant's name", Words.shown(tenant));
    if (wish.expires().filter(t -> !now.isBefore(t)).isPresent())
      return unfit("expiry", "in the future", wish.expires().get().toString());
    return Optional.empty();
  }

  private static Optional<Outcome.Refused<Made>> unfit(String what, String expected, String found) {
    return Optional.of(
        new Outcome.Refused<>(
            List.of(
                new dev.theca.wire.Refusal(
                    AdminCode.TOKEN,
                    what + " of the API token",
                    expected,
                    found,
                    "correct it and try again"))));
  }

  /** All tokens that are remembered, revoked and expired ones included, oldest first. */
  public List<ApiToken> list() {
    return database.read(ApiTokenTable::all).stream().map(Stored::token).toList();
  }

  /** Revokes the valid token of this id or name. */
  public Outcome<ApiToken> revoke(String idOrName, Actor by, Instant now) {
    try {
      return database.write(
          sql -> {
            sql.lock("admin-token");
            for (Stored row : ApiTokenTable.live(sql, now)) {
              var token = row.token();
              if (!token.id().equals(idOrName) && !token.name().equals(idOrName)) continue;
              ApiTokenTable.revoke(sql, token.id(), now);
              audit.append(sql, event("token-revoke", token, by));
              return Outcome.granted(token);
            }
            return AdminCode.TOKEN.refuse(
                "API token", "the id or name of a valid one", Words.shown(idOrName), "list them");
          });
    } finally {
      live.changed(); // whatever became of it
    }
  }

  /** Whose token this is. */
  Outcome<Believed> judge(String bearer, Instant now) {
    var parts = TokenText.parse(bearer);
    var stored = parts.flatMap(p -> live.find(p.id(), now));
    // A hash is made in any case, so that the time does not tell an id that exists.
    byte[] salt = stored.map(Stored::salt).orElseGet(() -> new byte[16]);
    byte[] hash = TokenText.hash(salt, parts.map(TokenText::secret).orElse(""));
    boolean same =
        stored.filter(s -> java.security.MessageDigest.isEqual(s.hash(), hash)).isPresent();
    if (!same)
      return AdminCode.INVALID.refuse(
          "API token", "one that was made here", "an unknown or revoked one", "make a new one");
    var token = stored.get().token();
    if (!token.validAt(now))
      return AdminCode.INVALID.refuse(
          "API token", "one that is valid", "expired", "make a new one");
    live.used(token, now);
    return Outcome.granted(
        new Believed(
            "token:" + token.name(),
            token.roles().stream().map(Grant::parse).toList(),
            Set.of(),
            token.expires().orElse(Instant.MAX)));
  }

  private byte[] bytes(int count) {
    byte[] raw = new byte[count];
    random.nextBytes(raw);
    return raw;
  }

  private static Event event(String action, ApiToken token, Actor by) {
    var detail =
        JsonObject.builder()
            .put("action", action)
            .put("token", token.name())
            .put("id", token.id())
            .put("roles", JsonArray.strings(token.roles()));
    token.expires().ifPresent(t -> detail.put("expires", t.toString()));
    return new Event("admin", "granted", "", "admin:" + by.name(), detail.build());
  }
}
