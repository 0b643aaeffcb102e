package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Believes this broker's own tokens by {@code kid}, then those of the issuers in {@link Trust}. The
 * key says which algorithm is used, never the token. A token that was verified is not verified
 * again for a while; revocation is looked at each time.
 */
public final class Verifiers implements TokenVerifier {
  private static final System.Logger LOG = System.getLogger(Verifiers.class.getName());
  private static final long CACHE_CHARS = 512L << 10;
  private static final long FOREIGN_SECONDS = 60;

  private final TokenStore store;
  private final Trust trust;
  private final JwkSets sets;
  private final CertificateTrust certificates;
  private final VerifiedCache cache = new VerifiedCache(CACHE_CHARS);

  /** A fault when a file of trusted certificates cannot be read. */
  public Verifiers(TokenStore store, Trust trust, Fetch fetch) {
    this.store = store;
    this.trust = trust;
    sets = new JwkSets(trust.jwkSets(), fetch);
    certificates = new CertificateTrust(trust.certificates());
    if (trust.insecureHeaderJwk())
      LOG.log(
          Level.WARNING,
          "insecure_header_jwk is on: a token is believed under ANY key that it brings itself;"
              + " whoever reaches this broker gets its secrets. For tests only.");
  }

  @Override
  public Outcome<JsonObject> verify(String token, Instant now) {
    if (token.length() > TokenParts.MAX_CHARS) return TokenParts.of(token).then(p -> p.claims());
    byte[] hash = Thumbprint.sha256(token.getBytes(StandardCharsets.UTF_8));
    var state = store.state();
    var known = cache.find(hash, state.generation(), now);
    if (known.isPresent()) return Outcome.granted(known.get());
    return TokenParts.of(token)
        .then(parts -> key(parts, now).then(key -> signed(parts, key, now)))
        .then(
            checked ->
                Revocations.check(checked.claims(), state.revoked())
                    .map(claims -> remembered(hash, checked, state.generation(), token, now)));
  }

  @Override
  public void issued(String token, JsonObject claims, Instant now) {
    if (token.length() > TokenParts.MAX_CHARS) return;
    byte[] hash = Thumbprint.sha256(token.getBytes(StandardCharsets.UTF_8));
    var state = store.state();
    var settings = store.settings();
    boolean unused =
        Claims.check(claims, true, List.of(settings.issuer()), settings.audiences(), now)
            .then(checked -> Revocations.check(checked, state.revoked()))
            .map(
                checked ->
                    remembered(hash, new Checked(checked, true), state.generation(), token, now))
            .isGranted();
  }

  private record Checked(JsonObject claims, boolean own) {}

  private JsonObject remembered(
      byte[] hash, Checked checked, long generation, String token, Instant now) {
    var until = Instant.ofEpochSecond(Claims.seconds(checked.claims(), "exp").orElseThrow());
    var recheck = now.plusSeconds(FOREIGN_SECONDS);
    if (!checked.own() && recheck.isBefore(until)) until = recheck;
    cache.put(hash, new VerifiedCache.Entry(checked.claims(), generation, until, token.length()));
    return checked.claims();
  }

  private Outcome<TrustedKey> key(TokenParts parts, Instant now) {
    var kid = parts.kid();
    if (kid.isPresent()) {
      var own = kid.map(id -> store.state().keys().get(id));
      if (own.isEmpty()) own = kid.map(id -> store.newest().keys().get(id));
      if (own.isPresent() && own.get().verifiesAt(now))
        return Outcome.granted(TrustedKey.own(own.get()));
    }
    var jwk = parts.header().object("jwk");
    if (jwk.isPresent() && trust.insecureHeaderJwk()) return TrustedKey.foreign(jwk.get());
    if (kid.isPresent()) {
      var published = sets.find(kid.get(), now);
      if (published.isPresent()) return Outcome.granted(published.get());
    }
    if (jwk.isPresent() && !certificates.isEmpty()) return certificates.key(jwk.get(), now);
    return TokenCode.TOKEN_KEY_UNKNOWN.refused(
        "a key of this broker or of an issuer that it trusts",
        kid.map(id -> "key " + TokenCode.shown(id)).orElse("a token without kid"),
        "attest with this broker, or add the issuer to its configuration");
  }

  private Outcome<Checked> signed(TokenParts parts, TrustedKey key, Instant now) {
    String named = parts.header().string("alg").orElse("");
    if (!key.algorithms().contains(named))
      return TokenCode.TOKEN_ALGORITHM.refused(
          "alg " + String.join(" or ", key.algorithms()) + ", as its key says",
          TokenCode.shown(named),
          "attest again");
    if (!Algorithms.verify(named, key.key(), parts.signed(), parts.signature()))
      return TokenCode.TOKEN_SIGNATURE.refused("a signature of its key", "another", "attest again");
    var issuers = key.own() ? List.of(store.settings().issuer()) : trust.issuers();
    var audiences = key.own() ? store.settings().audiences() : trust.audiences();
    return parts
        .claims()
        .then(claims -> Claims.check(claims, key.own(), issuers, audiences, now))
        .map(claims -> new Checked(claims, key.own()));
  }

  /** For tests and figures: tokens that are remembered now. */
  int remembered() {
    return cache.size();
  }
}
