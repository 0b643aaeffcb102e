package dev.theca.broker.token;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** An issuer that publishes its keys at {@code https://issuer.example/jwks}; counts the reads. */
final class ForeignIssuer implements Fetch {
  static final URI SET = URI.create("https://issuer.example/jwks");

  final List<JsonObject> keys = new ArrayList<>();
  final List<URI> asked = new ArrayList<>();
  boolean down;
  private final Jwk pair = Jwk.generate("P-256");

  ForeignIssuer() {
    publish("k1", pair);
  }

  PrivateKey key() {
    return pair.privateKey().orElseThrow();
  }

  void publish(String kid, Jwk key) {
    var members = new LinkedHashMap<String, JsonValue>(key.publicJson().members());
    members.put("kid", new JsonString(kid));
    members.put("alg", new JsonString("ES256"));
    keys.add(new JsonObject(members));
  }

  @Override
  public byte[] get(URI address) throws IOException {
    asked.add(address);
    if (down) throw new IOException("down");
    return switch (address.toString()) {
      case "https://issuer.example/jwks" ->
          Json.write(JsonObject.builder().put("keys", new JsonArray(List.copyOf(keys))).build());
      case "https://oidc.example/realm/.well-known/openid-configuration" ->
          "{\"jwks_uri\":\"https://issuer.example/jwks\"}".getBytes(StandardCharsets.UTF_8);
      case "https://evil.example/.well-known/openid-configuration" ->
          "{\"jwks_uri\":\"http://issuer.example/jwks\"}".getBytes(StandardCharsets.UTF_8);
      default -> throw new IOException("404");
    };
  }

  String token(JsonObject claims) {
    return token("k1", claims);
  }

  String token(String kid, JsonObject claims) {
    var header = JsonObject.builder().put("alg", "ES256").put("kid", kid).build();
    return TokenWorld.forged(header, claims, key());
  }
}
