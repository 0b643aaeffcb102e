package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of one identity provider (RFC 7519): the algorithm is the key's, {@code exp} is required
 * with 60 s of leeway, {@code iss} and {@code aud} as configured.
 */
final class JwtDoor {
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  /**
   * What was wrong, from the least that was right to the most; the words are all a caller hears.
   */
  enum Fault {
    UNKNOWN_KEY("a key of a configured provider", "an unknown key"),
    SIGNATURE("a signature of the provider's key", "a bad signature"),
    ISSUER("the configured issuer", "the wrong issuer"),
    AUDIENCE("the configured audience", "the wrong audience"),
    TIME("a time of expiry, and now before it", "expired, not yet valid, or without exp"),
    ROLE("a role", "Missing required `role` claim in JWT");

    final String expected;
    final String found;

    Fault(String expected, String found) {
      this.expected = expected;
      this.found = found;
    }
  }

  /** The answer of one provider. */
  sealed interface Answer {
    record Yes(Believed who, KeySource source, KeySet keys) implements Answer {}

    record No(Fault fault) implements Answer {}
  }

  private final IdentityProvider provider;
  private final RoleClaims roles;
  private final List<KeySource> sources;

  JwtDoor(IdentityProvider provider, AdminSettings settings, Fetch fetch) {
    this.provider = provider;
    this.roles = new RoleClaims(provider, settings);
    sources = new ArrayList<>();
    provider.publicKey().ifPresent(uri -> sources.add(new KeySource(new PemReading(fetch, uri))));
    provider
        .jwkSet()
        .ifPresent(
            uri -> sources.add(new KeySource(new JwksReading(fetch, uri, provider.issuer()))));
  }

  private record PemReading(Fetch fetch, java.net.URI uri) implements KeySource.Reading {
    @Override
    public Outcome<byte[]> document() {
      return fetch.read(uri);
    }

    @Override
    public Outcome<KeySet> parse(byte[] bytes) {
      return KeySet.pem(bytes);
    }
  }

  /** Refused when a key file of this provider cannot be read now; the network is not asked. */
  Outcome<Boolean> ready(Fetch fetch) {
    if (provider.publicKey().isPresent()) {
      var uri = provider.publicKey().get();
      if ("file".equals(uri.getScheme())
          && fetch.read(uri).then(KeySet::pem) instanceof Outcome.Refused<KeySet> no)
        return no.as();
    }
    if (provider.jwkSet().isPresent()) {
      var uri = provider.jwkSet().get();
      if ("file".equals(uri.getScheme())
          && fetch.read(uri).then(KeySet::jwks) instanceof Outcome.Refused<KeySet> no)
        return no.as();
    }
    return Outcome.granted(true);
  }

  Answer judge(Jwt token, Instant now) {
    var worst = Fault.UNKNOWN_KEY;
    for (KeySource source : sources) {
      var keys = source.holding(token.kid(), now);
      if (keys.isEmpty()) continue;
      for (VerifyingKey key : keys.get().candidates(token.kid())) {
        if (key.verifies(token.alg(), token.signed(), token.signature()))
          return claims(token.claims(), source, keys.get(), now);
        worst = Fault.SIGNATURE;
      }
    }
    return new Answer.No(worst);
  }

  private Answer claims(JsonObject claims, KeySource source, KeySet keys, Instant now) {
    String issuer = claims.string("iss").orElse("");
    if (!provider.issuer().isEmpty() && !issuer.equals(provider.issuer()))
      return new Answer.No(Fault.ISSUER);
    if (!provider.audience().isEmpty()
        && claims.get("aud").filter(a -> Claims.texts(a).contains(provider.audience())).isEmpty())
      return new Answer.No(Fault.AUDIENCE);
    var until = Claims.time(claims, "exp").map(exp -> exp.plus(LEEWAY));
    boolean early =
        claims.get("nbf").isPresent()
            && Claims.time(claims, "nbf").filter(t -> !t.isAfter(now.plus(LEEWAY))).isEmpty();
    if (early || until.filter(now::isBefore).isEmpty()) return new Answer.No(Fault.TIME);
    var words = roles.words(claims);
    if (words.isEmpty()) return new Answer.No(Fault.ROLE);
    String name = "jwt:" + plain(claims.string("sub").orElse("-")) + "@" + plain(issuer);
    return new Answer.Yes(
        new Believed(name, roles.grants(claims, words.get()), roles.acl(words.get()), until.get()),
        source,
        keys);
  }

  private static String plain(String text) {
    String quoted = Words.shown(text);
    return quoted.substring(1, quoted.length() - 1);
  }
}
