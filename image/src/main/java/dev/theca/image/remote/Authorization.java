package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one registry is shown in the field Authorization. Nothing before it asks; afterwards the
 * same until a token ends. Several requests that are asked at once fetch one token.
 */
final class Authorization {
  private static final int MAX_SCOPES = 4096;

  private final Origin origin;
  private final RemoteSettings settings;
  private final TokenServer tokens;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private volatile boolean wantsLogin;

  Authorization(Origin origin, RemoteSettings settings, TokenServer tokens) {
    this.origin = origin;
    this.settings = settings;
    this.tokens = tokens;
  }

  Outcome<Optional<Credential>> credential(Scope scope) {
    return settings.credentials().of(origin.name(), scope.repository());
  }

  /** What this registry wanted for such a request before; empty when that is not known. */
  Outcome<Optional<String>> known(Scope scope) {
    var token = held.get(scope.toString());
    if (token != null && settings.clock().instant().isBefore(token.until()))
      return Outcome.granted(Optional.of(token.header()));
    return wantsLogin
        ? credential(scope).map(Authorization::login)
        : Outcome.granted(Optional.empty());
  }

  /** The answer to a challenge; empty when there is nothing (else) to show than {@code tried}. */
  Outcome<Optional<String>> answer(Answer asked, Scope scope, Optional<String> tried)
      throws IOException {
    var challenges = Challenge.parse(asked.headers().allValues("WWW-Authenticate"));
    var credential = credential(scope);
    if (credential instanceof Outcome.Refused<Optional<Credential>> no) return no.as();
    for (Challenge challenge : challenges)
      if (challenge.scheme().equals("bearer"))
        return bearer(challenge, scope, credential.orThrow(), tried, asked.uri());
    if (challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"))) {
      var header = credential.map(Authorization::login).orThrow();
      if (header.isPresent() && !header.equals(tried)) {
        wantsLogin = true;
        return Outcome.granted(header);
      }
    }
    return Outcome.granted(Optional.empty());
  }

  private Outcome<Optional<String>> bearer(
      Challenge challenge,
      Scope scope,
      Optional<Credential> credential,
      Optional<String> tried,
      URI from)
      throws IOException {
    if (credential.isPresent()
        && credential.get() instanceof Credential.RegistryToken(_, var token)) {
      var header = Optional.of(new Held(token, settings.clock().instant()).header());
      return Outcome.granted(header.equals(tried) ? Optional.empty() : header);
    }
    if (locks.size() > MAX_SCOPES) locks.clear();
    var lock = locks.computeIfAbsent(scope.toString(), name -> new ReentrantLock());
    lock.lock();
    try {
      var other = known(scope).map(header -> header.filter(h -> !Optional.of(h).equals(tried)));
      if (other instanceof Outcome.Granted<Optional<String>>(var header) && header.isPresent())
        return other; // somebody fetched it meanwhile
      return tokens
          .token(challenge, scope, credential, from, origin)
          .map(
              token -> {
                if (held.size() > MAX_SCOPES) held.clear();
                held.put(scope.toString(), token);
                return Optional.of(token.header());
              });
    } finally {
      lock.unlock();
    }
  }

  private static Optional<String> login(Optional<Credential> credential) {
    return credential.isPresent() && credential.get() instanceof Credential.Login(_, var login)
        ? Optional.of(Http.basic(login))
        : Optional.empty();
  }

  /** Which credentials were used, by name. */
  String shown(Scope scope) {
    return credential(scope) instanceof Outcome.Granted<Optional<Credential>>(var credential)
        ? Origin.shown(credential)
        : "without credentials";
  }
}
