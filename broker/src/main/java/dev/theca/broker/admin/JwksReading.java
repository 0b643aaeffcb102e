package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Reads a JWK set at its address; over HTTPS, an address that serves none is taken for an issuer
 * and asked where its set is (OpenID Connect Discovery 1.0, section 4).
 *
 * @param issuer what the provider must call itself; empty text: anything
 */
record JwksReading(Fetch fetch, URI uri, String issuer) implements KeySource.Reading {
  @Override
  public Outcome<byte[]> document() {
    var direct = fetch.read(uri);
    boolean found = direct.then(KeySet::jwks).isGranted();
    if (found || !"https".equals(uri.getScheme())) return direct;
    return discovery().then(fetch::read).then(Json::object).then(this::setOf).then(fetch::read);
  }

  @Override
  public Outcome<KeySet> parse(byte[] bytes) {
    return KeySet.jwks(bytes);
  }

  private Outcome<URI> discovery() {
    String base = uri.toString();
    String joined = base.endsWith("/") ? base : base + "/";
    return Outcome.granted(URI.create(joined + ".well-known/openid-configuration"));
  }

  private Outcome<URI> setOf(JsonObject configuration) {
    String named = configuration.string("issuer").orElse("");
    if (!issuer.isEmpty() && !named.equals(issuer))
      return refused("issuer " + issuer, Words.shown(named));
    String text = configuration.string("jwks_uri").orElse("");
    try {
      var set = new URI(text);
      if ("https".equals(set.getScheme()) && set.getHost() != null) return Outcome.granted(set);
    } catch (URISyntaxException e) {
      return refused("an https jwks_uri", Words.shown(text));
    }
    return refused("an https jwks_uri", Words.shown(text));
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return AdminCode.KEY.refuse(
        "OpenID configuration", expected, found, "check jwk_set_uri and issuer of the provider");
  }
}
