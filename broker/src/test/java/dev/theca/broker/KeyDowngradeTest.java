package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that ask for weaker encryption than the protocol's, with evidence bound to such keys. */
class KeyDowngradeTest {
  private static Provisioning platform;
  private static Running broker;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    broker = new Scene(folder, platform).top("trusted_proxies = [\"127.0.0.1\"]").provisioned();
  }

  @AfterAll
  static void end() {
    broker.close();
    platform.close();
  }

  private static KeyPair rsa(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject key(Jwk key, Consumer<Map<String, JsonValue>> change) {
    var members = new LinkedHashMap<>(key.publicJson().members());
    change.accept(members);
    return new JsonObject(members);
  }

  private static JsonString url(byte[] bytes) {
    return new JsonString(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  private static Object[] weak(String name, JsonObject key) {
    return new Object[] {name, key};
  }

  static Stream<Object[]> weaker() {
    var p256 = Jwk.generate("P-256");
    var rsa = Jwk.of(rsa(2048));
    byte[] tiny = new byte[128];
    Arrays.fill(tiny, (byte) 0xFD);
    byte[] beside = new byte[32];
    beside[31] = 1;
    return Stream.of(
        weak("RSA1_5", key(rsa, m -> m.put("alg", new JsonString("RSA1_5")))),
        weak("RSA-OAEP with SHA-1", key(rsa, m -> m.put("alg", new JsonString("RSA-OAEP")))),
        weak("RSA of 1024 bits", key(rsa, m -> m.put("n", url(tiny)))),
        weak("an exponent of 1", key(rsa, m -> m.put("e", url(new byte[] {1})))),
        weak("an even exponent", key(rsa, m -> m.put("e", url(new byte[] {4})))),
        weak("P-384", key(Jwk.generate("P-384"), m -> {})),
        weak("no KDF: dir", key(p256, m -> m.put("alg", new JsonString("dir")))),
        weak("no key wrapping: ECDH-ES", key(p256, m -> m.put("alg", new JsonString("ECDH-ES")))),
        weak("A128KW", key(p256, m -> m.put("alg", new JsonString("ECDH-ES+A128KW")))),
        weak("alg none", key(p256, m -> m.put("alg", new JsonString("none")))),
        weak(
            "alg of another kind of key",
            key(p256, m -> m.put("alg", new JsonString("RSA-OAEP-256")))),
        weak("a point beside the curve", key(p256, m -> m.put("y", url(beside)))),
        weak("a short coordinate", key(p256, m -> m.put("x", url(new byte[31])))),
        weak("the private half as well", key(p256, m -> m.put("d", url(beside)))),
        weak("symmetric", JsonObject.builder().put("kty", "oct").put("k", "AAAA").build()),
        weak("no kind", JsonObject.builder().put("alg", "ECDH-ES+A256KW").build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("weaker")
  void a_key_that_would_weaken_the_answer_gets_no_token(String name, JsonObject key) {
    var challenged = Guest.auth(broker);
    var enclave = new Provisioning.Enclave(platform.platform);
    var body = Json.write(enclave.evidence(challenged.nonce(), key));
    var answer = broker.send("POST", "/kbs/v0/attest", body, "Cookie", challenged.cookie());
    assertThat(answer.statusCode()).as(name + " " + answer.body()).isEqualTo(401);
    assertThat(answer.body()).doesNotContain("\"token\"");
  }

  @Test
  void answers_are_encrypted_as_the_key_asks_and_with_aes_256_always() throws Exception {
    for (var pair :
        Map.of(
                "ECDH-ES+A256KW", Jwk.generate("P-256"),
                "ECDH-ES+A256KW ", Jwk.generate("P-521"),
                "RSA-OAEP-256", Jwk.of(rsa(3072)))
            .entrySet()) {
      var guest = new Guest(platform, pair.getValue());
      String token = guest.token(broker);
      var answer = Guest.bearer(broker, token, "default/key/one");
      var header =
          Json.object(
                  Base64.getUrlDecoder()
                      .decode(Running.json(answer).string("protected").orElseThrow()))
              .orThrow();
      assertThat(header.string("alg")).contains(pair.getKey().strip());
      assertThat(header.string("enc")).contains("A256GCM");
      assertThat(guest.opened(answer)).isEqualTo(Scene.SECRET);
    }
  }
}
