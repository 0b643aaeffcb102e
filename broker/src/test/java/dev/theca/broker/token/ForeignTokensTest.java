package dev.theca.broker.token;

import static dev.theca.broker.token.TokenWorld.code;
import static dev.theca.broker.token.TokenWorld.forged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.token.TestPki.Holder;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of issuers that the operator trusts (kbs-protocol, section 9.3), and of others. */
class ForeignTokensTest {
  @TempDir private Path folder;
  private TokenWorld world;

  @BeforeEach
  void open() {
    world = new TokenWorld(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static Trust sets(String... addresses) {
    return new Trust(
        java.util.Arrays.stream(addresses).map(URI::create).toList(),
        List.of(),
        false,
        List.of(),
        List.of());
  }

  private static Trust files(Path... files) {
    return new Trust(List.of(), List.of(files), false, List.of(), List.of());
  }

  @Test
  void a_published_key_is_believed_and_read_once() {
    var issuer = new ForeignIssuer();
    var verifiers = world.verifiersWith(issuer);
    for (int i = 0; i < 5; i++) {
      String token = issuer.token(world.claims("other").put("n", i).build());
      assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("granted");
    }
    assertThat(issuer.asked).hasSize(1);
  }

  @Test
  void an_unknown_kid_asks_the_issuer_again_but_at_most_once_a_minute() {
    var issuer = new ForeignIssuer();
    var verifiers = world.verifiersWith(issuer);
    for (int i = 0; i < 50; i++) {
      String token = issuer.token("unknown-" + i, world.claims("other").build());
      assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("token-key-unknown");
    }
    assertThat(issuer.asked).hasSize(1);
    var fresh = Jwk.generate("P-256");
    issuer.publish("k2", fresh);
    var header = JsonObject.builder().put("alg", "ES256").put("kid", "k2").build();
    String token = forged(header, world.claims("other").build(), fresh.privateKey().orElseThrow());
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("token-key-unknown");
    world.pass(Duration.ofSeconds(61));
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("granted");
    assertThat(issuer.asked).hasSize(2);
  }

  @Test
  void a_key_that_the_issuer_withdrew_is_not_believed_for_long() {
    var issuer = new ForeignIssuer();
    var verifiers = world.verifiersWith(issuer);
    String token = issuer.token(world.claims("other").put("exp2", 0).build());
    var lasting = new LinkedHashMap<>(world.claims("other").build().members());
    lasting.put("exp", dev.theca.wire.json.JsonNumber.of(world.instant().getEpochSecond() + 9000));
    String longLived = issuer.token(new JsonObject(lasting));
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("granted");
    assertThat(code(verifiers.verify(longLived, world.instant()))).isEqualTo("granted");
    issuer.keys.clear();
    world.pass(Duration.ofMinutes(11));
    assertThat(code(verifiers.verify(longLived, world.instant()))).isEqualTo("token-key-unknown");
  }

  @Test
  void an_issuer_that_is_down_keeps_its_keys_for_a_day() {
    var issuer = new ForeignIssuer();
    var verifiers = world.verifiersWith(issuer);
    assertThat(code(verifiers.verify(issuer.token(world.claims("o").build()), world.instant())))
        .isEqualTo("granted");
    issuer.down = true;
    world.pass(Duration.ofHours(23));
    assertThat(code(verifiers.verify(issuer.token(world.claims("o").build()), world.instant())))
        .isEqualTo("granted");
    world.pass(Duration.ofHours(2));
    assertThat(code(verifiers.verify(issuer.token(world.claims("o").build()), world.instant())))
        .isEqualTo("token-key-unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "https://oidc.example/realm, granted",
    "https://oidc.example/realm/, granted",
    "https://evil.example, token-key-unknown",
    "https://nowhere.example, token-key-unknown"
  })
  void a_set_is_discovered_from_an_issuer_but_never_over_plain_http(String address, String code) {
    var issuer = new ForeignIssuer();
    var verifiers = new Verifiers(world.store, sets(address), issuer);
    String token = issuer.token(world.claims("other").build());
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo(code);
  }

  @Test
  void a_set_in_a_file_is_believed() throws Exception {
    var issuer = new ForeignIssuer();
    Path file = folder.resolve("set.json");
    Files.write(file, issuer.get(ForeignIssuer.SET));
    var fetch = new HttpsFetch(javax.net.ssl.SSLContext.getDefault());
    var verifiers = new Verifiers(world.store, sets(file.toUri().toString()), fetch);
    String token = issuer.token(world.claims("other").build());
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("granted");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> fetch.get(file.toUri())).isInstanceOf(IOException.class);
  }

  @Test
  void a_set_over_plain_http_is_no_configuration() {
    assertThatThrownBy(() -> sets("http://issuer.example/jwks"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"keys\":{}}",
        "{\"keys\":[1,null,{}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"k1\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\",\"kid\":\"k1\"}]}"
      })
  void a_set_without_a_usable_key_is_no_fault_and_no_trust(String set) {
    var issuer = new ForeignIssuer();
    Fetch fetch = _ -> set.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var verifiers = new Verifiers(world.store, sets("https://issuer.example/jwks"), fetch);
    String token = issuer.token(world.claims("other").build());
    assertThat(code(verifiers.verify(token, world.instant()))).isEqualTo("token-key-unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "nbf, 59, granted",
    "nbf, 61, token-not-yet-valid",
    "iat, 59, granted",
    "iat, 61, token-not-yet-valid",
    "exp, 1, granted",
    "exp, 0, token-expired",
    "exp, -59, token-expired"
  })
  void another_issuers_clock_has_a_minute_for_the_beginning_and_none_for_the_end(
      String name, long offset, String code) {
    var issuer = new ForeignIssuer();
    var claims = new LinkedHashMap<>(world.claims("other").build().members());
    claims.put(name, dev.theca.wire.json.JsonNumber.of(world.instant().getEpochSecond() + offset));
    String token = issuer.token(new JsonObject(claims));
    assertThat(code(world.verifiersWith(issuer).verify(token, world.instant()))).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "null", "-1", "1e300", "1e999999999", "true", "{}"})
  void a_time_that_is_none_is_refused(String exp) {
    var issuer = new ForeignIssuer();
    var claims =
        Json.object(("{\"exp\":" + exp + "}").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (!claims.isGranted()) return; // the parser refuses it already
    String token = issuer.token(claims.orThrow());
    assertThat(code(world.verifiersWith(issuer).verify(token, world.instant())))
        .isEqualTo("token-expired");
  }

  @Test
  void issuer_and_audience_are_checked_when_they_are_configured() {
    var issuer = new ForeignIssuer();
    var trust =
        new Trust(List.of(ForeignIssuer.SET), List.of(), false, List.of("right"), List.of("kbs"));
    var verifiers = new Verifiers(world.store, trust, issuer);
    var wrong = world.claims("wrong").put("aud", "kbs").build();
    var elsewhere = world.claims("right").put("aud", "other").build();
    var right = world.claims("right").put("aud", "kbs").build();
    assertThat(code(verifiers.verify(issuer.token(wrong), world.instant())))
        .isEqualTo("token-issuer");
    assertThat(code(verifiers.verify(issuer.token(elsewhere), world.instant())))
        .isEqualTo("token-audience");
    assertThat(code(verifiers.verify(issuer.token(right), world.instant()))).isEqualTo("granted");
  }

  private static JsonObject header(Jwk key, List<String> x5c) {
    var jwk = new LinkedHashMap<String, JsonValue>(HeldKey.header(key).members());
    if (!x5c.isEmpty()) jwk.put("x5c", JsonArray.strings(x5c));
    return JsonObject.builder().put("alg", "ES256").put("jwk", new JsonObject(jwk)).build();
  }

  private String chained(Holder signer, List<String> x5c, Path... trusted) {
    String token =
        forged(
            header(signer.jwk(), x5c), world.claims("other").build(), signer.pair().getPrivate());
    return code(world.verifiers(files(trusted)).verify(token, world.instant()));
  }

  private static TestPki pki() {
    return new TestPki(TokenWorld.START.minusSeconds(3600), TokenWorld.START.plusSeconds(3600));
  }

  @Test
  void a_key_with_a_certificate_chain_is_believed_as_in_the_seven_scenarios() throws Exception {
    var pki = pki();
    var root = pki.root("root");
    var middle = pki.under(root, "middle", true);
    var leaf = pki.under(middle, "leaf", false);
    var direct = pki.under(root, "direct", false);
    Path trusted = TestPki.write(folder.resolve("root.pem"), root);
    Path wrong = TestPki.write(folder.resolve("wrong.pem"), pki.root("wrong"));
    Path partly = TestPki.write(folder.resolve("partly.pem"), middle);
    assertThat(chained(direct, TestPki.x5c(direct), trusted)).as("01").isEqualTo("granted");
    assertThat(chained(leaf, TestPki.x5c(direct), trusted)).as("02").isEqualTo("token-certificate");
    assertThat(chained(direct, List.of(), trusted)).as("03").isEqualTo("token-certificate");
    assertThat(chained(direct, TestPki.x5c(direct), wrong)).as("04").isEqualTo("token-certificate");
    assertThat(chained(leaf, TestPki.x5c(leaf, middle), trusted)).as("05").isEqualTo("granted");
    assertThat(chained(leaf, TestPki.x5c(leaf, root, middle), trusted))
        .as("06")
        .isEqualTo("granted");
    assertThat(chained(leaf, TestPki.x5c(leaf), partly)).as("07").isEqualTo("granted");
  }

  @Test
  void a_leaf_is_no_authority_and_a_chain_has_a_date_and_a_length() throws Exception {
    var pki = pki();
    var root = pki.root("root");
    Path trusted = TestPki.write(folder.resolve("root.pem"), root);
    var leaf = pki.under(root, "leaf", false);
    var under = pki.under(leaf, "under", false);
    assertThat(chained(under, TestPki.x5c(under, leaf), trusted)).isEqualTo("token-certificate");
    var old = new TestPki(TokenWorld.START.minusSeconds(7200), TokenWorld.START.minusSeconds(60));
    var expired = old.under(root, "expired", false);
    assertThat(chained(expired, TestPki.x5c(expired), trusted)).isEqualTo("token-certificate");
    assertThat(chained(leaf, java.util.Collections.nCopies(11, leaf.x5c()), trusted))
        .isEqualTo("token-certificate");
    assertThat(chained(leaf, List.of("no base64 !"), trusted)).isEqualTo("token-certificate");
    assertThat(chained(leaf, List.of(leaf.x5c().replaceAll("(.{64})", "$1\n")), trusted))
        .as("line feeds are removed")
        .isEqualTo("granted");
  }

  @Test
  void a_key_of_the_header_alone_is_believed_only_by_the_insecure_switch() {
    var pair = Jwk.generate("P-256");
    String token =
        forged(header(pair, List.of()), world.claims("x").build(), pair.privateKey().orElseThrow());
    assertThat(code(world.verifiers().verify(token, world.instant())))
        .isEqualTo("token-key-unknown");
    var insecure = new Trust(List.of(), List.of(), true, List.of(), List.of());
    assertThat(code(world.verifiers(insecure).verify(token, world.instant()))).isEqualTo("granted");
  }

  @Test
  void a_key_that_names_an_algorithm_of_another_kind_is_refused() {
    var pair = Jwk.generate("P-256");
    var jwk = new LinkedHashMap<String, JsonValue>(pair.publicJson().members());
    jwk.put("alg", new JsonString("HS256"));
    var header = JsonObject.builder().put("alg", "HS256").put("jwk", new JsonObject(jwk)).build();
    var insecure = new Trust(List.of(), List.of(), true, List.of(), List.of());
    String token = forged(header, world.claims("x").build(), pair.privateKey().orElseThrow());
    assertThat(code(world.verifiers(insecure).verify(token, world.instant())))
        .isEqualTo("token-algorithm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512"})
  void every_public_key_algorithm_verifies_and_refuses(String alg) throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance(alg.startsWith("E") ? "EC" : "RSA");
    if (alg.startsWith("E"))
      generator.initialize(
          new java.security.spec.ECGenParameterSpec(
              alg.equals("ES384") ? "secp384r1" : "secp521r1"));
    else generator.initialize(2048);
    var pair = generator.generateKeyPair();
    String bits = alg.substring(2);
    var signature =
        java.security.Signature.getInstance(
            switch (alg.substring(0, 2)) {
              case "RS" -> "SHA" + bits + "withRSA";
              case "PS" -> "RSASSA-PSS";
              default -> "SHA" + bits + "withECDSAinP1363Format";
            });
    if (alg.startsWith("PS"))
      signature.setParameter(
          new java.security.spec.PSSParameterSpec(
              "SHA-" + bits,
              "MGF1",
              new java.security.spec.MGF1ParameterSpec("SHA-" + bits),
              Integer.parseInt(bits) / 8,
              1));
    signature.initSign(pair.getPrivate());
    signature.update(new byte[] {1});
    byte[] raw = signature.sign();
    assertThat(Algorithms.of(pair.getPublic())).contains(alg);
    assertThat(Algorithms.verify(alg, pair.getPublic(), new byte[] {1}, raw)).isTrue();
    assertThat(Algorithms.verify(alg, pair.getPublic(), new byte[] {2}, raw)).isFalse();
    assertThat(Algorithms.verify(alg, pair.getPublic(), new byte[] {1}, new byte[3])).isFalse();
  }
}
