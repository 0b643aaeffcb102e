package dev.theca.broker.token;

import static dev.theca.broker.token.TokenWorld.code;
import static dev.theca.broker.token.TokenWorld.kid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.jose.Jws;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignersTest {
  @TempDir private Path folder;

  private static List<String> published(TokenSigner signer) {
    return signer.jwks().array("keys").orElseThrow().stream()
        .map(key -> ((JsonObject) key).string("kid").orElseThrow())
        .toList();
  }

  @Test
  void a_token_carries_the_key_that_verifies_it_and_its_thumbprint() {
    try (var world = new TokenWorld(folder)) {
      String token = world.token();
      var header = TokenWorld.header(token);
      assertThat(header.members().keySet()).containsExactly("typ", "alg", "kid", "jwk");
      var jwk = header.object("jwk").orElseThrow();
      assertThat(jwk.members().keySet()).containsExactly("alg", "kty", "crv", "x", "y");
      var key = Jwk.parse(jwk).orThrow();
      assertThat(header.string("kid")).contains(Thumbprint.of(key));
      assertThat(Jws.verify(token, "ES256", key.publicKey()).isGranted()).isTrue();
      assertThat(Json.text(world.signers.jwks())).doesNotContain("\"d\"");
    }
  }

  @Test
  void a_thumbprint_is_that_of_the_specification() {
    // RFC 7638 section 3.1
    var rsa =
        """
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
        """;
    var key =
        Jwk.parse(Json.object(rsa.strip().getBytes(StandardCharsets.UTF_8)).orThrow()).orThrow();
    assertThat(Thumbprint.of(key)).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  @Test
  void each_token_has_an_id_unless_its_maker_gave_one() {
    try (var world = new TokenWorld(folder)) {
      var verifiers = world.verifiers();
      var one = verifiers.verify(world.token(), world.instant()).orThrow().string("jti");
      var two = verifiers.verify(world.token(), world.instant()).orThrow().string("jti");
      assertThat(one).isPresent().isNotEqualTo(two);
      var named = world.signers.sign(world.claims(TokenWorld.ISSUER).put("jti", "mine").build());
      assertThat(verifiers.verify(named, world.instant()).orThrow().string("jti")).contains("mine");
    }
  }

  @Test
  void no_token_outlives_the_key_that_verifies_it() {
    try (var world = new TokenWorld(folder)) {
      long late = world.instant().plus(Duration.ofDays(2)).getEpochSecond();
      assertThatThrownBy(() -> world.signers.sign(JsonObject.builder().put("exp", late).build()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> world.signers.sign(JsonObject.builder().build()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_rotation_fails_no_token_of_any_replica() {
    try (var world = new TokenWorld(folder)) {
      var other = world.replica();
      var otherSigner = new Signers(other);
      var otherVerifier = new Verifiers(other, Trust.ownOnly(), new NoFetch());
      var verifier = world.verifiers();
      var tokens =
          new ArrayList<>(
              List.of(world.token(), otherSigner.sign(world.claims("theca-test").build())));
      assertThat(kid(tokens.get(0))).isEqualTo(kid(tokens.get(1)));
      for (int round = 0; round < 3; round++) {
        var knownBefore = published(world.signers);
        world.pass(Duration.ofMinutes(6));
        tokens.clear();
        tokens.add(world.token());
        String kid = world.store.rotate(world.instant()).orThrow();
        assertThat(knownBefore).as("relying parties knew it before").contains(kid);
        tokens.add(world.token());
        tokens.add(otherSigner.sign(world.claims("theca-test").build()));
        assertThat(kid(tokens.get(1))).isEqualTo(kid);
        for (String token : tokens) {
          assertThat(code(verifier.verify(token, world.instant()))).isEqualTo("granted");
          assertThat(code(otherVerifier.verify(token, world.instant()))).isEqualTo("granted");
          assertThat(published(otherSigner)).contains(kid(token));
        }
        world.pass(Duration.ofSeconds(2));
        assertThat(kid(otherSigner.sign(world.claims("theca-test").build())))
            .as("noticed within two seconds")
            .isEqualTo(kid);
      }
    }
  }

  private static final class NoFetch implements Fetch {
    @Override
    public byte[] get(java.net.URI address) throws java.io.IOException {
      throw new java.io.IOException("no network");
    }
  }

  @Test
  void a_token_of_a_key_made_this_moment_by_another_replica_is_believed() {
    try (var world = new TokenWorld(folder)) {
      var verifier = world.verifiers();
      var other = world.replica();
      world.pass(Duration.ofMinutes(6));
      assertThat(code(verifier.verify(world.token(), world.instant()))).isEqualTo("granted");
      world.pass(Duration.ofMillis(100));
      String kid = other.replaceCompromised(world.instant());
      String token = new Signers(other).sign(world.claims("theca-test").build());
      assertThat(kid(token)).isEqualTo(kid);
      assertThat(code(verifier.verify(token, world.instant()))).isEqualTo("granted");
    }
  }

  @Test
  void a_next_key_that_was_not_published_long_enough_does_not_sign() {
    try (var world = new TokenWorld(folder)) {
      assertThat(code(world.store.rotate(world.instant()))).isEqualTo("token-rotation-early");
      world.pass(Duration.ofMinutes(5));
      assertThat(code(world.store.rotate(world.instant()))).isEqualTo("granted");
      assertThat(code(world.store.rotate(world.instant()))).isEqualTo("token-rotation-early");
    }
  }

  @Test
  void a_retired_key_verifies_until_its_last_token_expired_and_is_gone_then() {
    try (var world = new TokenWorld(folder)) {
      world.pass(Duration.ofMinutes(6));
      String old = world.token();
      var claims = world.claims("theca-test").build();
      world.store.rotate(world.instant()).orThrow();
      assertThat(published(world.signers)).hasSize(3).contains(kid(old));
      long sealed =
          world.database.read(
              sql ->
                  sql.one(
                          "SELECT COUNT(*) FROM token_key WHERE sealed IS NOT NULL",
                          r -> r.number(1))
                      .orElseThrow());
      assertThat(sealed).as("the retired key cannot sign any more").isEqualTo(2);
      world.pass(Duration.ofMinutes(62));
      assertThat(published(world.signers)).hasSize(2).doesNotContain(kid(old));
      assertThat(code(world.verifiers().verify(old, world.instant())))
          .isEqualTo("token-key-unknown");
      world.store.tidy(world.instant());
      assertThat(world.store.state().keys()).hasSize(2);
      assertThat(claims.integer("exp")).isPresent();
    }
  }

  @Test
  void replacing_a_compromised_key_ends_its_tokens_at_once() {
    try (var world = new TokenWorld(folder)) {
      var verifier = world.verifiers();
      String old = world.token();
      assertThat(code(verifier.verify(old, world.instant()))).isEqualTo("granted");
      world.store.replaceCompromised(world.instant());
      assertThat(code(verifier.verify(old, world.instant()))).isEqualTo("token-key-unknown");
      assertThat(code(verifier.verify(world.token(), world.instant()))).isEqualTo("granted");
    }
  }

  private TokenSettings operated() {
    var files =
        new TokenSettings.KeySource.Files(
            folder.resolve("key.pem"),
            folder.resolve("chain.pem"),
            "https://pki.example/chain.pem");
    return TokenSettings.of(TokenWorld.ISSUER).withKey(files);
  }

  private static TestPki pki() {
    return new TestPki(TokenWorld.START.minusSeconds(3600), TokenWorld.START.plusSeconds(864000));
  }

  @Test
  void an_operators_key_signs_with_its_chain_and_is_read_again_when_it_changes() throws Exception {
    var pki = pki();
    var root = pki.root("root");
    var leaf = pki.under(root, "leaf", false);
    TestPki.writeKey(folder.resolve("key.pem"), leaf);
    TestPki.write(folder.resolve("chain.pem"), leaf, root);
    try (var world = new TokenWorld(folder, operated())) {
      String first = world.token();
      var jwk = TokenWorld.header(first).object("jwk").orElseThrow();
      assertThat(jwk.strings("x5c")).contains(TestPki.x5c(leaf, root));
      assertThat(jwk.string("x5u")).contains("https://pki.example/chain.pem");
      assertThat(kid(first)).isEqualTo(Thumbprint.of(leaf.jwk()));

      Files.writeString(folder.resolve("key.pem"), "half written");
      world.pass(Duration.ofSeconds(2));
      assertThat(kid(world.token())).as("the key before stays").isEqualTo(kid(first));

      var second = pki.under(root, "second", false);
      TestPki.writeKey(folder.resolve("key.pem"), second);
      TestPki.write(folder.resolve("chain.pem"), second, root);
      Files.setLastModifiedTime(folder.resolve("key.pem"), FileTime.fromMillis(1));
      world.pass(Duration.ofSeconds(2));
      assertThat(kid(world.token())).isEqualTo(Thumbprint.of(second.jwk()));
      assertThat(published(world.signers)).contains(kid(first), Thumbprint.of(second.jwk()));
      assertThat(code(world.verifiers().verify(first, world.instant()))).isEqualTo("granted");
    }
  }

  @Test
  void an_operators_chain_of_another_key_is_a_fault_at_start() throws Exception {
    var pki = pki();
    var leaf = pki.root("leaf");
    TestPki.writeKey(folder.resolve("key.pem"), leaf);
    TestPki.write(folder.resolve("chain.pem"), pki.root("other"));
    assertThatThrownBy(() -> new TokenWorld(folder, operated()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not of the P-256 key");
  }
}
