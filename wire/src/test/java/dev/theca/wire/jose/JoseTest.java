package dev.theca.wire.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.Shared;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoseTest {
  private static final byte[] TEXT = "to be kept".getBytes(UTF_8);

  private static Jwk rsa() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return Jwk.of(generator.generateKeyPair());
  }

  private static String opened(JsonObject jwe, Jwk key) {
    try (Secret secret = Jwe.open(jwe, key).orThrow()) {
      return secret.lend(bytes -> new String(bytes, UTF_8));
    }
  }

  @Test
  void the_recorded_kbs_answers_open_to_their_plaintext() throws Exception {
    var file = Shared.testdata("coco/generated/jwe-response-vectors.json");
    var vectors = (JsonArray) Json.parse(Files.readAllBytes(file)).orThrow();
    int opened = 0;
    for (var item : vectors.items()) {
      var vector = (JsonObject) item;
      if (vector.string("tee-private-d").isEmpty()) continue;
      var members = new LinkedHashMap<>(vector.object("tee-pubkey").orElseThrow().members());
      String d = vector.string("tee-private-d").orElseThrow();
      members.put("d", new JsonString(d));
      var key = Jwk.parse(new JsonObject(members)).orThrow();
      assertThat(opened(vector.object("response").orElseThrow(), key))
          .isEqualTo(vector.string("plaintext_utf8").orElseThrow());
      opened++;
    }
    assertThat(opened).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "P-521"})
  void an_answer_has_its_header_in_the_order_that_clients_write_it_again(String crv) {
    var key = Jwk.generate(crv);
    var answer = Jwe.forKbs(key, TEXT);
    String header =
        new String(B64.fromUrl(answer.string("protected").orElseThrow()).orElseThrow(), UTF_8);
    assertThat(header)
        .matches(
            "\\{\"alg\":\"ECDH-ES\\+A256KW\",\"enc\":\"A256GCM\",\"epk\":\\{\"crv\":\""
                + crv
                + "\",\"kty\":\"EC\",\"x\":\"[^\"]+\",\"y\":\"[^\"]+\"}}");
    assertThat(opened(answer, Jwk.parse(key.privateJson()).orThrow())).isEqualTo("to be kept");
  }

  @Test
  void rsa_keys_get_oaep_with_sha256_from_kbs_and_sha1_in_image_packets() throws Exception {
    var key = rsa();
    assertThat(opened(Jwe.forKbs(key, TEXT), Jwk.parse(key.privateJson()).orThrow()))
        .isEqualTo("to be kept");
    assertThat(opened(Jwe.forOcicrypt(List.of(Jwk.generate("P-256"), key), TEXT), key))
        .isEqualTo("to be kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"protected", "encrypted_key", "iv", "ciphertext", "tag"})
  void an_answer_with_any_altered_member_does_not_open(String member) {
    var key = Jwk.generate("P-256");
    var members = new LinkedHashMap<>(Jwe.forKbs(key, TEXT).members());
    byte[] bytes = B64.fromUrl(((JsonString) members.get(member)).value()).orElseThrow();
    bytes[bytes.length / 2] ^= 1;
    members.put(member, new JsonString(B64.url(bytes)));
    assertThat(Jwe.open(new JsonObject(members), key)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void somebody_elses_answer_does_not_open() {
    assertThat(Jwe.open(Jwe.forKbs(Jwk.generate("P-256"), TEXT), Jwk.generate("P-256")).isGranted())
        .isFalse();
    assertThat(Jwe.open(Jwe.forKbs(Jwk.generate("P-384"), TEXT), Jwk.generate("P-256")).isGranted())
        .isFalse();
  }

  @Test
  void a_point_beside_the_curve_is_no_key() {
    var good = Jwk.generate("P-256").publicJson();
    var members = new LinkedHashMap<>(good.members());
    members.put("y", members.get("x"));
    assertThat(Jwk.parse(new JsonObject(members)).isGranted()).isFalse();
  }

  @Test
  void a_signature_holds_for_its_key_its_algorithm_and_its_bytes_only() throws Exception {
    var key = Jwk.generate("P-256");
    String jws =
        Jws.sign(
            JsonObject.builder().put("alg", "ES256").put("typ", "JWT").build(),
            TEXT,
            key.privateKey().orElseThrow());
    assertThat(Jws.verify(jws, "ES256", key.publicKey()).orThrow().payload()).isEqualTo(TEXT);
    assertThat(Jws.verify(jws, "ES256", Jwk.generate("P-256").publicKey()).isGranted()).isFalse();
    assertThat(Jws.verify(jws, "ES384", key.publicKey()).isGranted()).isFalse();
    assertThat(Jws.verify(jws.replaceFirst("\\.(.)", ".A"), "ES256", key.publicKey()).isGranted())
        .isFalse();
    assertThat(Jws.verify("a.b", "ES256", key.publicKey()).isGranted()).isFalse();
    var ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String other =
        Jws.sign(JsonObject.builder().put("alg", "EdDSA").build(), TEXT, ed.getPrivate());
    assertThat(Jws.verify(other, "EdDSA", ed.getPublic()).isGranted()).isTrue();
  }
}
