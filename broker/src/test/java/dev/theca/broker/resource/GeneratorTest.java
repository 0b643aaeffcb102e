package dev.theca.broker.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GeneratorTest {
  private final Generator generator = new Generator();

  private static JsonObject json(Generator.Made made) {
    return made.value().lend(bytes -> Json.object(bytes)).orThrow();
  }

  @ParameterizedTest
  @CsvSource({"ec-p256,SHA256withECDSA", "ec-p384,SHA384withECDSA", "rsa-3072,SHA256withRSA"})
  void a_private_json_web_key_signs_for_its_public_half(String recipe, String algorithm)
      throws Exception {
    try (var made = generator.make(Recipe.parse(recipe).orThrow())) {
      var key = Jwk.parse(made.value()).orThrow();
      var shown = Json.object(made.publicPart().getBytes(StandardCharsets.UTF_8)).orThrow();
      assertThat(shown.members()).doesNotContainKeys("d", "p", "q", "dp", "dq", "qi");
      var publicKey = Jwk.parse(shown).orThrow().publicKey();
      assertThat(signs(algorithm, key.privateKey().orElseThrow(), publicKey)).isTrue();
      if (publicKey instanceof RSAPublicKey rsa) {
        assertThat(rsa.getModulus().bitLength()).isEqualTo(3072);
        assertThat(rsa.getPublicExponent().intValueExact()).isEqualTo(65537);
      }
    }
  }

  @Test
  void an_ed25519_key_is_an_octet_key_pair_that_signs() throws Exception {
    try (var made = generator.make(Recipe.Key.ED25519)) {
      var key = json(made);
      assertThat(key.members()).containsOnlyKeys("kty", "crv", "x", "d");
      assertThat(key.string("kty")).contains("OKP");
      assertThat(key.string("crv")).contains("Ed25519");
      byte[] d = B64.fromUrl(key.string("d").orElseThrow()).orElseThrow();
      byte[] x = B64.fromUrl(key.string("x").orElseThrow()).orElseThrow();
      assertThat(made.publicPart())
          .isEqualTo("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + B64.url(x) + "\"}");
      var factory = KeyFactory.getInstance("Ed25519");
      var privateKey =
          factory.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, d));
      var publicKey =
          factory.generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(x)));
      assertThat(signs("Ed25519", privateKey, publicKey)).isTrue();
    }
  }

  /** RFC 8032 section 5.1.2: little-endian y, the highest bit is the sign of x. */
  private static EdECPoint point(byte[] x) {
    byte[] big = new byte[32];
    for (int i = 0; i < 32; i++) big[i] = x[31 - i];
    boolean odd = big[0] < 0;
    big[0] &= 0x7f;
    return new EdECPoint(odd, new java.math.BigInteger(1, big));
  }

  private static boolean signs(String algorithm, PrivateKey privateKey, PublicKey publicKey)
      throws Exception {
    var signature = Signature.getInstance(algorithm);
    signature.initSign(privateKey);
    signature.update((byte) 7);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update((byte) 7);
    return signature.verify(signed);
  }

  @Test
  void a_password_uses_its_alphabet_and_all_of_it() {
    var seen = new HashSet<Character>();
    for (int i = 0; i < 50; i++)
      try (var made = generator.make(Recipe.parse("password:64:abcXYZ09:%").orThrow())) {
        String text = made.value().lend(b -> new String(b, StandardCharsets.US_ASCII));
        assertThat(text).hasSize(64).matches("[abcXYZ09:%]+");
        for (char c : text.toCharArray()) seen.add(c);
        assertThat(made.publicPart()).isEmpty();
      }
    assertThat(seen).hasSize(10);
  }

  @Test
  void random_bytes_have_the_length_asked_for_and_differ() {
    try (var one = generator.make(Recipe.parse("random:48").orThrow());
        var two = generator.make(Recipe.parse("random:48").orThrow())) {
      assertThat(one.value().sizeBytes()).isEqualTo(48);
      assertThat(one.value().sameAs(two.value())).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random:1",
        "random:65536",
        "aes-256",
        "ec-p256",
        "ec-p384",
        "rsa-3072",
        "ed25519",
        "password:24:abcdefghij",
        "password:64:01"
      })
  void a_recipe_reads_back_as_it_is_written(String text) {
    assertThat(Recipe.parse(text).orThrow()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "random",
        "random:",
        "random:0",
        "random:65537",
        "random:-1",
        "random:1:2",
        "random:9999999",
        "AES-256",
        "ec-p521",
        "rsa-1024",
        "password",
        "password:4",
        "password:24:",
        "password:24:a",
        "password:24:aab",
        "password:24:a b",
        "password:63:01",
        "password:24:a\u00e4bcdefghijk",
        "password:9999",
        "random:\u0661"
      })
  void a_recipe_of_another_form_or_too_weak_is_refused(String text) {
    assertThat(Recipe.parse(text)).isInstanceOf(Outcome.Refused.class);
  }
}
