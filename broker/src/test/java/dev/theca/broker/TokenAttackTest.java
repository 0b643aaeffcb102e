package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens that are not what they say: of nobody, of others, of other times, for others. The broker
 * trusts one foreign issuer besides itself, so that each lie differs from what is believed by one
 * thing alone.
 */
class TokenAttackTest {
  private static final Jwk ISSUER = Jwk.generate("P-256");
  private static final Jwk STRANGER = Jwk.generate("P-256");
  private static Provisioning platform;
  private static Running broker;
  private static Running neighbour;
  private static Guest guest;
  private static String own;
  private static JsonObject claims;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    var key = new LinkedHashMap<>(ISSUER.publicJson().members());
    key.put("kid", new JsonString("k1"));
    key.put("alg", new JsonString("ES256"));
    Path set = folder.resolve("jwks.json");
    Files.write(
        set,
        Json.write(
            JsonObject.builder().put("keys", new JsonArray(List.of(new JsonObject(key)))).build()));
    String trust =
        """
        [attestation_token]
        trusted_jwk_sets = ["%s"]
        issuers = ["good"]
        audiences = ["kbs"]
        """
            .formatted(set.toUri());
    broker = new Scene(folder, platform).tables(trust).provisioned();
    Path other = Files.createDirectory(folder.resolve("neighbour"));
    neighbour = new Scene(other, platform).provisioned();
    guest = new Guest(platform);
    own = guest.token(broker);
    claims = Json.object(Base64.getUrlDecoder().decode(own.split("\\.")[1])).orThrow();
  }

  @AfterAll
  static void end() {
    broker.close();
    neighbour.close();
    platform.close();
  }

  private static String part(JsonObject json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(json));
  }

  private static String signed(JsonObject header, JsonObject payload, PrivateKey key) {
    try {
      String text = part(header) + "." + part(payload);
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject header(String alg, String kid) {
    return JsonObject.builder().put("alg", alg).put("typ", "JWT").put("kid", kid).build();
  }

  private static JsonObject foreign(Consumer<Map<String, JsonValue>> change) {
    var all = new LinkedHashMap<>(claims.members());
    long now = Instant.now().getEpochSecond();
    all.put("iss", new JsonString("good"));
    all.put("aud", JsonArray.strings(List.of("other", "kbs")));
    all.put("iat", JsonNumber.of(now));
    all.put("exp", JsonNumber.of(now + 300));
    change.accept(all);
    return new JsonObject(all);
  }

  private static String believed(Consumer<Map<String, JsonValue>> change) {
    return signed(header("ES256", "k1"), foreign(change), ISSUER.privateKey().orElseThrow());
  }

  private static HttpResponse<String> with(String token) {
    return Guest.bearer(broker, token, "default/key/one");
  }

  @Test
  void a_token_of_the_issuer_that_is_trusted_opens_what_the_lies_do_not() {
    var answer = with(believed(all -> {}));
    assertThat(guest.opened(answer)).isEqualTo(Scene.SECRET);
    assertThat(guest.opened(with(own))).isEqualTo(Scene.SECRET);
  }

  private static Object[] lie(String name, String token) {
    return new Object[] {name, token};
  }

  private static String ownKid() {
    return Json.object(Base64.getUrlDecoder().decode(own.split("\\.")[0]))
        .orThrow()
        .string("kid")
        .orElseThrow();
  }

  private static String hs256(String kid, byte[] key) {
    try {
      String text = part(header("HS256", kid)) + "." + part(claims);
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] tag = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Object[]> lies() {
    long now = Instant.now().getEpochSecond();
    var thief = STRANGER.privateKey().orElseThrow();
    String none = part(header("none", ownKid())) + "." + part(claims) + ".";
    var published =
        Running.json(broker.http("GET", "/.well-known/jwks.json", List.of("Accept", "*/*")));
    byte[] jwk = Json.write(published.array("keys").orElseThrow().getFirst());
    String[] parts = own.split("\\.");
    var withKey =
        JsonObject.builder().put("alg", "ES256").put("jwk", STRANGER.publicJson()).build();
    var withKeyAndKid =
        JsonObject.builder()
            .put("alg", "ES256")
            .put("kid", ownKid())
            .put("jwk", STRANGER.publicJson())
            .build();
    return Stream.of(
        lie("nobody signed it", none),
        lie(
            "alg NONE in capitals",
            none.replace(part(header("none", ownKid())), part(header("NONE", ownKid())))),
        lie("no signature", parts[0] + "." + parts[1] + "."),
        lie("a MAC with the public key as JSON", hs256(ownKid(), jwk)),
        lie("a MAC with the public key as DER", hs256("k1", ISSUER.publicKey().getEncoded())),
        lie("a MAC with no key at all", hs256(ownKid(), new byte[1])),
        lie("a stranger's key under our kid", signed(header("ES256", ownKid()), claims, thief)),
        lie(
            "a stranger's key under the issuer's kid",
            signed(header("ES256", "k1"), foreign(a -> {}), thief)),
        lie("a key that it brings itself", signed(withKey, foreign(a -> {}), thief)),
        lie("our kid and a key that it brings", signed(withKeyAndKid, claims, thief)),
        lie(
            "a kid that leads elsewhere",
            signed(header("ES256", "../../etc/passwd"), claims, thief)),
        lie(
            "another algorithm than the key's",
            signed(header("ES384", "k1"), foreign(a -> {}), ISSUER.privateKey().orElseThrow())),
        lie(
            "claims exchanged under a good signature",
            parts[0] + "." + part(foreign(a -> {})) + "." + parts[2]),
        lie("a token of the broker next door", new Guest(platform, guest.key).token(neighbour)),
        lie("of another issuer", believed(a -> a.put("iss", new JsonString("evil")))),
        lie("of no issuer", believed(a -> a.remove("iss"))),
        lie("pretending to be ours", believed(a -> a.put("iss", new JsonString("theca")))),
        lie("for another audience", believed(a -> a.put("aud", new JsonString("other")))),
        lie("for nobody", believed(a -> a.remove("aud"))),
        lie("expired", believed(a -> a.put("exp", JsonNumber.of(now - 120)))),
        lie("without an end", believed(a -> a.remove("exp"))),
        lie("with an end in words", believed(a -> a.put("exp", new JsonString("never")))),
        lie(
            "with an end beyond time",
            believed(
                a ->
                    a.put(
                        "exp", Json.parse("1e300".getBytes(StandardCharsets.US_ASCII)).orThrow()))),
        lie("not yet valid", believed(a -> a.put("nbf", JsonNumber.of(now + 600)))),
        lie("without the TEE's key", believed(a -> a.remove("submods"))),
        lie("four parts", own + ".AA"),
        lie("two parts", parts[0] + "." + parts[1]),
        lie("no JSON", "AAAA.AAAA.AAAA"),
        lie("a header of 200 kB", "A".repeat(200_000) + ".AAAA.AAAA"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void a_token_that_lies_opens_nothing(String name, String token) {
    var answer = with(token);
    assertThat(answer.statusCode()).as(name + ": " + answer.body()).isEqualTo(401);
    assertThat(Running.json(answer).string("type").orElseThrow()).endsWith("/TokenVerifierError");
    // a lie is on record under an id; whoever only has to attest anew gets none
    assertThat(Running.json(answer).string("id").isPresent())
        .as(answer.body())
        .isEqualTo(!answer.body().contains("token-expired"));
    if (name.equals("expired")) assertThat(answer.body()).contains("token-expired");
  }

  @Test
  void a_revoked_token_opens_nothing_more_and_its_sister_does() {
    String doomed = guest.token(broker);
    String sister = guest.token(broker);
    assertThat(guest.opened(with(doomed))).isEqualTo(Scene.SECRET);
    String jti =
        Json.object(Base64.getUrlDecoder().decode(doomed.split("\\.")[1]))
            .orThrow()
            .string("jti")
            .orElseThrow();
    Scene.done(
        broker.admin("POST", "/theca/v1/revocations", "{\"jti\":\"" + jti + "\",\"why\":\"x\"}"));
    var answer = with(doomed);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(Running.code(answer)).isEqualTo("token-revoked");
    assertThat(guest.opened(with(sister))).isEqualTo(Scene.SECRET);
  }

  @Test
  void an_attestation_token_administrates_nothing_and_an_admin_token_attests_nothing() {
    var post =
        broker.send(
            "POST",
            "/kbs/v0/resource/default/key/two",
            new byte[] {1},
            "Authorization",
            "Bearer " + own);
    assertThat(post.statusCode()).isEqualTo(401);
    assertThat(with(broker.token).statusCode()).isEqualTo(401);
  }
}
