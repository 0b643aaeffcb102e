package dev.theca.broker.kbs;

import dev.theca.broker.http.Request;
import dev.theca.broker.token.Derived;
import dev.theca.broker.token.TokenVerifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Finds out who asks: by the cookie of an attested session, else by a token. The tokens of sessions
 * are remembered for a while, since a session is attested once; that the token is still good is
 * asked each time.
 */
final class Clients {
  private static final int REMEMBERED = 128;
  private static final int KNOWN = 128;

  private final Challenges challenges;
  private final Sessions sessions;
  private final TokenVerifier tokens;
  private final Derived<Outcome<Attested>> known;
  private final ConcurrentHashMap<String, String> remembered = new ConcurrentHashMap<>();

  /** Either who it is, or why nobody knows. */
  sealed interface Found {
    record Known(Attested client) implements Found {}

    /** Neither session nor token: what makes clients of the field begin a handshake. */
    record Nobody(List<Refusal> why) implements Found {}

    /** A token that is not believed. */
    record Disbelieved(List<Refusal> why) implements Found {}
  }

  Clients(Challenges challenges, Sessions sessions, Parts parts) {
    this.challenges = challenges;
    this.sessions = sessions;
    this.tokens = parts.verifier();
    Function<JsonObject, Outcome<Jwk>> teeKey = parts.teeKey();
    this.known =
        new Derived<>(
            KNOWN,
            claims ->
                teeKey.apply(claims).map(key -> new Attested(claims, key, Subject.of(claims))));
  }

  Found find(Request request, Instant now) {
    var bySession = session(request.cookie(Kbs.COOKIE), now);
    String token = bySession.orElseGet(request::bearer);
    if (token.isEmpty()) return new Found.Nobody(missing());
    return switch (tokens.verify(token, now).then(this::client)) {
      case Outcome.Granted<Attested>(var client) -> new Found.Known(client);
      case Outcome.Refused<Attested>(var why) -> new Found.Disbelieved(why);
    };
  }

  private Outcome<Attested> client(JsonObject claims) {
    return known.of(claims);
  }

  private static List<Refusal> missing() {
    return List.of(
        new Refusal(
            KbsCode.TOKEN_MISSING,
            "client",
            "an attested session or a token",
            "neither",
            "attest: POST /kbs/v0/auth, then /kbs/v0/attest"));
  }

  /** The token of an attested session that is not over. */
  private Optional<String> session(String cookie, Instant now) {
    if (cookie.isEmpty()) return Optional.empty();
    if (!(challenges.open(cookie, now) instanceof Outcome.Granted<Challenge>(var challenge)))
      return Optional.empty();
    String known = remembered.get(challenge.id());
    if (known != null) return Optional.of(known);
    var token =
        sessions.find(challenge.id()).filter(Sessions.Session::attested).map(s -> s.token());
    token.ifPresent(value -> remember(challenge, value));
    return token;
  }

  private void remember(Challenge challenge, String token) {
    if (remembered.size() >= REMEMBERED) remembered.clear();
    remembered.put(challenge.id(), token);
  }

  /** A session was attested here, with this token: whoever attests asks next. */
  void attested(Challenge challenge, String token, JsonObject claims, Instant now) {
    tokens.issued(token, claims, now);
    remember(challenge, token);
  }
}
