package dev.theca.broker.token;

import static dev.theca.broker.token.TokenWorld.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeeKeyTest {
  private static final JsonObject KEY = Jwk.generate("P-256").publicJson();
  private static final JsonObject OTHER = Jwk.generate("P-256").publicJson();

  private static JsonObject nested(JsonObject key, String... path) {
    JsonObject value = key;
    for (int i = path.length - 1; i >= 0; i--)
      value = JsonObject.builder().put(path[i], value).build();
    return value;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tdx/attester_runtime_data/tee-pubkey",
        "tdx/attester_user_data/tee-pubkey",
        "customized_claims/runtime_data/tee-pubkey",
        "submods/cpu0/ear.veraison.annotated-evidence/runtime_data_claims/tee-pubkey",
        "tee-pubkey"
      })
  void the_key_is_found_where_issuers_put_it(String place) {
    var found = TeeKey.find(nested(KEY, place.split("/")), List.of()).orThrow();
    assertThat(found.key().publicJson()).isEqualTo(KEY);
    assertThat(found.alg()).isEqualTo("ECDH-ES+A256KW");
  }

  @Test
  void an_extra_place_comes_first_and_its_slash_is_escaped() {
    var claims =
        JsonObject.builder().put("tee-pubkey", OTHER).put("a/b~", nested(KEY, "list")).build();
    var found = TeeKey.find(claims, List.of("/nowhere", "/a~1b~0/list")).orThrow();
    assertThat(found.key().publicJson()).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tee-pubkey\":null}",
        "{\"tee-pubkey\":\"x\"}",
        "{\"tee-pubkey\":{}}",
        "{\"submods\":{\"gpu0\":{}}}",
        "{\"tee-pubkey\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}",
        "{\"tee-pubkey\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}}",
        "{\"tee-pubkey\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}}"
      })
  void claims_without_a_usable_key_are_refused(String claims) {
    var json = Json.object(claims.getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(code(TeeKey.find(json, List.of()))).isIn("token-tee-key", "bad-key");
  }

  @ParameterizedTest
  @CsvSource({
    "P-256, ECDH-ES+A256KW, granted",
    "P-521, ECDH-ES+A256KW, granted",
    "P-384, ECDH-ES+A256KW, token-tee-key",
    "P-256, RSA1_5, token-tee-key",
    "P-256, ECDH-ES, token-tee-key"
  })
  void curve_and_algorithm_are_those_of_the_protocol(String crv, String alg, String code) {
    var jwk = new java.util.LinkedHashMap<>(Jwk.generate(crv).publicJson().members());
    jwk.put("alg", new dev.theca.wire.json.JsonString(alg));
    assertThat(code(TeeKey.of(new JsonObject(jwk)))).isEqualTo(code);
  }

  @Test
  void an_rsa_key_is_taken_with_oaep_only() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var jwk = Jwk.of(generator.generateKeyPair()).publicJson();
    assertThat(TeeKey.of(jwk).orThrow().alg()).isEqualTo("RSA-OAEP-256");
    var old = new java.util.LinkedHashMap<>(jwk.members());
    old.put("alg", new dev.theca.wire.json.JsonString("RSA1_5"));
    assertThat(code(TeeKey.of(new JsonObject(old)))).isEqualTo("token-tee-key");
  }

  @Test
  void a_private_key_in_a_token_is_refused() {
    var secret = Jwk.generate("P-256").privateJson();
    var jwk = secret.lend(bytes -> Json.object(bytes)).orThrow();
    assertThat(code(TeeKey.of(jwk))).isEqualTo("token-tee-key");
  }
}
