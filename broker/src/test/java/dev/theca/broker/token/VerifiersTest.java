package dev.theca.broker.token;

import static dev.theca.broker.token.TokenWorld.code;
import static dev.theca.broker.token.TokenWorld.forged;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This broker's own tokens, and what is made to look like them. */
class VerifiersTest {
  @TempDir private Path folder;
  private TokenWorld world;
  private Verifiers verifiers;

  @BeforeEach
  void open() {
    world = new TokenWorld(folder);
    verifiers = world.verifiers();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String verified(String token) {
    return code(verifiers.verify(token, world.instant()));
  }

  /** Our header, changed, over our claims, without a key of ours. */
  private String withHeader(String header, byte[] signature) {
    String token = world.token();
    String claims = token.split("\\.")[1];
    return B64.url(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + claims
        + "."
        + B64.url(signature);
  }

  private String ourKid() {
    return TokenWorld.kid(world.token());
  }

  @Test
  void our_own_token_is_believed_once_and_again() {
    String token = world.token();
    assertThat(verified(token)).isEqualTo("granted");
    assertThat(verifiers.remembered()).isEqualTo(1);
    assertThat(verified(token)).isEqualTo("granted");
  }

  @Test
  void a_changed_claim_breaks_the_signature() {
    String[] parts = world.token().split("\\.");
    var claims = world.claims(TokenWorld.ISSUER).put("admin", true).build();
    String changed = parts[0] + "." + B64.url(Json.write(claims)) + "." + parts[2];
    assertThat(verified(changed)).isEqualTo("token-signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "HS256", "RS256", "ES384", "ES256K", ""})
  void another_algorithm_than_the_keys_is_refused(String alg) {
    String header = "{\"typ\":\"JWT\",\"alg\":\"" + alg + "\",\"kid\":\"" + ourKid() + "\"}";
    assertThat(verified(withHeader(header, new byte[0]))).isEqualTo("token-algorithm");
  }

  @Test
  void our_public_key_is_no_secret_to_authenticate_with() throws Exception {
    String token = world.token();
    var key = Jwk.parse(TokenWorld.header(token).object("jwk").orElseThrow()).orThrow().publicKey();
    String header = "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"" + ourKid() + "\"}";
    String input = B64.url(header.getBytes(StandardCharsets.UTF_8)) + "." + token.split("\\.")[1];
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getEncoded(), "HmacSHA256"));
    byte[] value = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
    assertThat(verified(input + "." + B64.url(value))).isEqualTo("token-algorithm");
  }

  @Test
  void a_key_in_the_header_is_not_believed() {
    var pair = Jwk.generate("P-256");
    var header = JsonObject.builder().put("alg", "ES256").put("jwk", pair.publicJson()).build();
    var claims = world.claims(TokenWorld.ISSUER).build();
    var token = forged(header, claims, pair.privateKey().orElseThrow());
    assertThat(verified(token)).isEqualTo("token-key-unknown");
    var ours =
        JsonObject.builder().put("alg", "ES256").put("kid", ourKid()).put("jwk", pair.publicJson());
    assertThat(verified(forged(ours.build(), claims, pair.privateKey().orElseThrow())))
        .as("with our kid beside it")
        .isEqualTo("token-signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"ES256\",\"crit\":[]}",
      })
  void a_critical_extension_is_refused(String header) {
    assertThat(verified(withHeader(header, new byte[64]))).isEqualTo("token-critical");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b.c",
        "e30.e30",
        "e30=.e30.",
        "eyJhbGciOiJFUzI1NiIsImFsZyI6Im5vbmUifQ.e30.", // alg twice
        "W10.e30.",
        "bnVsbA.e30.",
        "\u0000.\u00ff.\ud800"
      })
  void what_is_no_token_is_refused(String token) {
    assertThat(verified(token)).isEqualTo("token-malformed");
  }

  @Test
  void an_encrypted_token_is_no_signed_one() {
    String five = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA";
    assertThat(verified(five)).isEqualTo("token-encrypted");
    String header = "{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"" + ourKid() + "\"}";
    assertThat(verified(withHeader(header, new byte[64]))).isEqualTo("token-encrypted");
  }

  @Test
  void a_duplicate_claim_is_refused_even_when_signed() {
    // only the holder of the key could make it: another issuer might
    var set = new ForeignIssuer();
    var foreign = world.verifiersWith(set);
    String claims = "{\"exp\":99999999999,\"sub\":\"a\",\"sub\":\"b\"}";
    String input =
        B64.url(("{\"alg\":\"ES256\",\"kid\":\"k1\"}").getBytes(StandardCharsets.UTF_8))
            + "."
            + B64.url(claims.getBytes(StandardCharsets.UTF_8));
    byte[] raw = EcdsaSigning.sign(set.key(), input.getBytes(StandardCharsets.US_ASCII));
    assertThat(code(foreign.verify(input + "." + B64.url(raw), world.instant())))
        .isEqualTo("token-malformed");
  }

  @Test
  void an_oversize_token_is_refused_before_it_is_read() {
    assertThat(verified("a".repeat((256 << 10) + 1))).isEqualTo("token-too-large");
  }

  @Test
  void a_deeply_nested_token_is_refused() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    String header =
        B64.url(("{\"alg\":\"ES256\",\"x\":" + deep + "}").getBytes(StandardCharsets.UTF_8));
    assertThat(verified(header + ".e30.AAAA")).isEqualTo("token-malformed");
  }

  @Test
  void a_token_ends_to_the_second_even_when_it_is_remembered() {
    String token = world.token();
    world.pass(Duration.ofSeconds(299));
    assertThat(verified(token)).isEqualTo("granted");
    world.pass(Duration.ofSeconds(1));
    assertThat(verified(token)).isEqualTo("token-expired");
  }

  @Test
  void our_token_of_another_issuer_name_or_audience_is_refused() {
    assertThat(verified(world.signers.sign(world.claims("someone").build())))
        .isEqualTo("token-issuer");
    var settings = TokenSettings.of(TokenWorld.ISSUER).withAudiences(List.of("kbs-a", "kbs-b"));
    var store =
        TokenStore.open(world.database, new dev.theca.broker.audit.TestSealer(), world, settings);
    var strict = new Verifiers(store, Trust.ownOnly(), address -> new byte[0]);
    var none = world.claims(TokenWorld.ISSUER).build();
    var other = world.claims(TokenWorld.ISSUER).put("aud", "kbs-c").build();
    var right = world.claims(TokenWorld.ISSUER).put("aud", JsonArray.of("x", "kbs-b")).build();
    assertThat(code(strict.verify(world.signers.sign(none), world.instant())))
        .isEqualTo("token-audience");
    assertThat(code(strict.verify(world.signers.sign(other), world.instant())))
        .isEqualTo("token-audience");
    assertThat(code(strict.verify(world.signers.sign(right), world.instant())))
        .isEqualTo("granted");
  }

  @Test
  void our_token_that_begins_later_is_not_valid_yet() {
    var claims =
        world.claims(TokenWorld.ISSUER).put("nbf", world.instant().getEpochSecond() + 1).build();
    String token = world.signers.sign(claims);
    assertThat(verified(token)).isEqualTo("token-not-yet-valid");
    world.pass(Duration.ofSeconds(1));
    assertThat(verified(token)).isEqualTo("granted");
  }

  @Test
  void a_revoked_token_is_refused_here_at_once_and_elsewhere_within_two_seconds() {
    var other = new Verifiers(world.replica(), Trust.ownOnly(), address -> new byte[0]);
    String token = world.signers.sign(world.claims(TokenWorld.ISSUER).put("jti", "t1").build());
    String rest = world.token();
    assertThat(verified(token)).isEqualTo("granted");
    assertThat(code(other.verify(token, world.instant()))).isEqualTo("granted");
    new Revocations(world.store).revokeToken("t1", "stolen", world.instant());
    assertThat(verified(token)).isEqualTo("token-revoked");
    world.pass(Duration.ofSeconds(2));
    assertThat(code(other.verify(token, world.instant()))).isEqualTo("token-revoked");
    assertThat(verified(rest)).isEqualTo("granted");
  }

  @Test
  void every_token_of_a_revoked_measurement_is_refused() {
    var body = JsonObject.builder().put("mr_enclave", "ABCD").build();
    var evidence =
        JsonObject.builder().put("sgx", JsonObject.builder().put("body", body).build()).build();
    var cpu = JsonObject.builder().put("ear.veraison.annotated-evidence", evidence).build();
    var submods = JsonObject.builder().put("cpu0", cpu).build();
    String token =
        world.signers.sign(world.claims(TokenWorld.ISSUER).put("submods", submods).build());
    assertThat(verified(token)).isEqualTo("granted");
    var revocations = new Revocations(world.store);
    revocations.revokeMeasurement("abcd", "vulnerable");
    assertThat(verified(token)).isEqualTo("token-revoked");
    revocations.restoreMeasurement("aBcD");
    assertThat(verified(token)).isEqualTo("granted");
  }

  @Test
  void a_token_heard_of_as_issued_is_believed_until_it_is_revoked_or_over() {
    var claims = world.claims(TokenWorld.ISSUER).put("jti", "t1").build();
    String token = world.signers.sign(claims);
    verifiers.issued(token, claims, world.instant());
    assertThat(verifiers.remembered()).isEqualTo(1);
    assertThat(verified(token)).isEqualTo("granted");
    String changed = token.substring(0, token.length() - 2) + "AA";
    assertThat(verified(changed)).isEqualTo("token-signature");
    new Revocations(world.store).revokeToken("t1", "stolen", world.instant());
    assertThat(verified(token)).isEqualTo("token-revoked");
    var later = world.claims(TokenWorld.ISSUER).build();
    String next = world.signers.sign(later);
    verifiers.issued(next, later, world.instant());
    world.pass(Duration.ofSeconds(300));
    assertThat(verified(next)).isEqualTo("token-expired");
  }

  @Test
  void a_token_that_is_issued_after_its_revocation_is_not_believed() {
    new Revocations(world.store).revokeToken("t1", "stolen", world.instant());
    var claims = world.claims(TokenWorld.ISSUER).put("jti", "t1").build();
    String token = world.signers.sign(claims);
    verifiers.issued(token, claims, world.instant());
    assertThat(verifiers.remembered()).isZero();
    assertThat(verified(token)).isEqualTo("token-revoked");
  }

  @Test
  void the_cache_of_verified_tokens_is_bounded() {
    var cache = new VerifiedCache(1000);
    var claims = JsonObject.builder().build();
    for (int i = 0; i < 100_000; i++)
      cache.put(
          new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)},
          new VerifiedCache.Entry(claims, 1, TokenWorld.START, 100));
    assertThat(cache.size()).isEqualTo(10);
  }
}
