package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the unmodified clients of Confidential Containers do, byte by byte (kbs-protocol.md,
 * sections 3 to 6, 8 and 14.4): the guest's client with its cookie store and its retries, and the
 * owner's {@code kbs-client}.
 */
class FieldClientTest {
  private static Provisioning platform;
  private static Running broker;
  private static KeyPair admin;
  private static String adminToken;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws Exception {
    platform = new Provisioning(Knobs.good());
    admin = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path pem = folder.resolve("admin.pub");
    Files.writeString(
        pem, dev.theca.wire.der.Pem.write("PUBLIC KEY", admin.getPublic().getEncoded()));
    broker =
        new Scene(folder, platform)
            .tables(
                """
                [admin]
                authorization_mode = "AuthenticatedAuthorization"
                [admin.authentication.bearer_jwt]
                identity_providers = [ { public_key_uri = "%s" } ]
                [admin.authorization.regex_acl]
                acls = [ { role = "admin", allowed_endpoints = "^/kbs/.+$" } ]
                """
                    .formatted(pem))
            .provisioned();
    adminToken = jwt("admin", Instant.now().plusSeconds(315_360_000));
  }

  @AfterAll
  static void end() {
    broker.close();
    platform.close();
  }

  private static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The token of the field's compose file: Ed25519, ten years. */
  private static String jwt(String role, Instant until) throws Exception {
    String claims =
        "{\"iss\":\"TrusteeInDocker\",\"aud\":[\"KBS\"],\"role\":\"%s\",\"iat\":%d,\"exp\":%d}"
            .formatted(role, Instant.now().getEpochSecond(), until.getEpochSecond());
    String text =
        url("{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + url(claims.getBytes(StandardCharsets.UTF_8));
    var signature = Signature.getInstance("Ed25519");
    signature.initSign(admin.getPrivate());
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + url(signature.sign());
  }

  /** The guest's client: one HTTP client with a cookie store, and a count of its requests. */
  private static final class Client implements AutoCloseable {
    final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    final List<String> sent = new ArrayList<>();
    final Jwk key;
    final Provisioning.Enclave enclave = new Provisioning.Enclave(platform.platform);

    Client(Jwk key) {
      this.key = key;
    }

    HttpResponse<String> send(String method, String path, byte[] body) {
      sent.add(method + " " + path);
      var request =
          HttpRequest.newBuilder(URI.create(broker.boot("url") + path))
              .header("user-agent", "attestation-agent-kbs-client/0.1.0")
              .header("accept", "*/*")
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      if (body.length > 0) request.header("content-type", "application/json");
      try {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    String handshake() {
      byte[] hello =
          ("{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":"
                  + "{\"supported-hash-algorithms\":[\"sha256\",\"sha384\",\"sha512\",\"sm3\"]}}")
              .getBytes(StandardCharsets.UTF_8);
      var challenge = send("POST", "/kbs/v0/auth", hello);
      assertThat(challenge.statusCode()).as(challenge.body()).isEqualTo(200);
      assertThat(challenge.headers().firstValue("content-type")).contains("application/json");
      var json = Running.json(challenge);
      assertThat(json.string("extra-params")).contains("");
      String nonce = json.requireString("nonce").orThrow();
      assertThat(Base64.getDecoder().decode(nonce)).hasSize(32);
      assertThat(nonce).hasSize(44);
      var members = new LinkedHashMap<>(key.publicJson().members());
      boolean ec = members.containsKey("crv");
      members.put("alg", new JsonString(ec ? "ECDH-ES+A256KW" : "RSA-OAEP-256"));
      var evidence = enclave.evidence(nonce, new JsonObject(members));
      var attested = send("POST", "/kbs/v0/attest", Json.write(evidence));
      assertThat(attested.statusCode()).as(attested.body()).isEqualTo(200);
      assertThat(Running.json(attested).members().keySet()).containsExactly("token");
      return Running.json(attested).requireString("token").orThrow();
    }

    /** Section 6.3: three attempts; 401 begins a handshake, 404 and all others stop. */
    HttpResponse<String> resource(String path) {
      HttpResponse<String> answer = null;
      for (int i = 0; i < 3; i++) {
        answer = send("GET", path, new byte[0]);
        if (answer.statusCode() != 401) return answer;
        error(answer);
        String unused = handshake();
      }
      return answer;
    }

    @Override
    public void close() {
      http.close();
    }
  }

  /** Clients decode every answer but 200, and fail in another way when it is no JSON. */
  private static JsonObject error(HttpResponse<String> answer) {
    var json = Running.json(answer);
    assertThat(json.string("type").orElse(""))
        .startsWith("https://github.com/confidential-containers/kbs/errors/");
    assertThat(json.string("detail")).isPresent();
    return json;
  }

  private static byte[] from(JsonObject json, String member) {
    return Base64.getUrlDecoder().decode(json.string(member).orElseThrow());
  }

  /** As the client does it: parsed, written again (alg, enc, the rest sorted), that is the AAD. */
  private static String headerAgain(JsonObject response) {
    var header = Json.object(from(response, "protected")).orThrow();
    var rest = new java.util.TreeMap<>(header.members());
    rest.remove("alg");
    rest.remove("enc");
    var text = new StringBuilder("{\"alg\":").append(text(header, "alg"));
    text.append(",\"enc\":").append(text(header, "enc"));
    rest.forEach(
        (name, value) ->
            text.append(",\"")
                .append(name)
                .append("\":")
                .append(new String(Json.canonical(value), StandardCharsets.UTF_8)));
    return url(text.append("}").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String text(JsonObject header, String name) {
    return Json.text(header.get(name).orElseThrow());
  }

  private static String opened(HttpResponse<String> answer, Jwk key) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    var response = Running.json(answer);
    assertThat(response.members().keySet())
        .containsExactlyInAnyOrder("protected", "encrypted_key", "iv", "ciphertext", "tag");
    return FieldJwe.open(response, key, headerAgain(response));
  }

  private static KeyPair rsa() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-521", "RSA"})
  void a_client_that_writes_the_header_again_opens_what_it_gets(String kind) throws Exception {
    var key = kind.equals("RSA") ? Jwk.of(rsa()) : Jwk.generate(kind);
    try (var client = new Client(key)) {
      // trustee-attester sends a slash too many
      var answer = client.resource("/kbs/v0/resource//default/key/one");
      assertThat(opened(answer, key)).isEqualTo(Scene.SECRET);
      assertThat(client.sent)
          .containsExactly(
              "GET /kbs/v0/resource//default/key/one",
              "POST /kbs/v0/auth",
              "POST /kbs/v0/attest",
              "GET /kbs/v0/resource//default/key/one");
      assertThat(opened(client.resource("/kbs/v0/resource/default/key/one"), key))
          .isEqualTo(Scene.SECRET);
      assertThat(client.sent).hasSize(5);
    }
  }

  @Test
  void a_missing_resource_stops_the_client_and_a_missing_session_makes_it_attest() {
    try (var client = new Client(Jwk.generate("P-256"))) {
      var answer = client.resource("/kbs/v0/resource/default/key/none");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(error(answer).string("type").orElseThrow()).endsWith("/ResourceNotFound");
      assertThat(client.sent).hasSize(4);
      // a session of another broker, or one that is over
      client.http.cookieHandler();
      var stale =
          broker.http(
              "GET",
              "/kbs/v0/resource/default/key/one",
              List.of("Cookie", "kbs-session-id=" + "8c0b9e2b6f0d4c0b9c1e2d3f4a5b6c7d"));
      assertThat(stale.statusCode()).isEqualTo(401);
      assertThat(error(stale).string("type").orElseThrow()).endsWith("/TokenNotFound");
      assertThat(error(stale).string("detail").orElseThrow())
          .startsWith("Attestation Token not found");
    }
  }

  @Test
  void the_passport_of_an_agent_opens_what_its_session_did() throws Exception {
    var key = Jwk.generate("P-256");
    try (var client = new Client(key)) {
      String token = client.handshake();
      var answer =
          broker.http(
              "GET",
              "/kbs/v0/resource/default/key/one",
              List.of("Authorization", "Bearer " + token));
      assertThat(opened(answer, key)).isEqualTo(Scene.SECRET);
      // the agent looks for exp alone
      var claims = Json.object(Base64.getUrlDecoder().decode(token.split("\\.")[1])).orThrow();
      assertThat(claims.integer("exp").orElseThrow()).isGreaterThan(Instant.now().getEpochSecond());
    }
  }

  /** Many pods stand behind one node's address, and all their passports end at about one time. */
  @Test
  void expired_passports_are_told_to_attest_however_many_come_from_one_address() {
    for (int i = 0; i < 100; i++) {
      var answer =
          broker.http(
              "GET",
              "/kbs/v0/resource/default/key/one",
              List.of("Authorization", "Bearer eyJhbGciOiJFUzI1NiJ9.e30.AA" + i));
      assertThat(answer.statusCode()).as(i + " " + answer.body()).isEqualTo(401);
    }
  }

  @Test
  void another_version_of_the_protocol_hears_the_words_that_it_prints() {
    for (String version : List.of("0.1.1", "0.2.0", "0.4.1", "x")) {
      var answer =
          broker.send(
              "POST",
              "/kbs/v0/auth",
              ("{\"version\":\"" + version + "\",\"tee\":\"sgx\",\"extra-params\":\"\"}")
                  .getBytes(StandardCharsets.UTF_8),
              "content-type",
              "application/json");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(error(answer).string("detail").orElseThrow())
          .isEqualTo(
              "Attestation error: RCAR handshake Auth failed: KBS Client Protocol Version Mismatch:"
                  + " expect =0.4.0 while the request is "
                  + version);
    }
  }

  private static HttpResponse<String> config(String method, String path, String body) {
    return broker.http(method, path, body, List.of("Authorization", "Bearer " + adminToken));
  }

  private static String policy(String text) {
    return url(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_owners_command_line_configures_what_it_can_configure_at_home() throws Exception {
    Scene.done(config("POST", "/kbs/v0/resource/default/cli/one", "from the command line"));
    var key = Jwk.generate("P-256");
    try (var client = new Client(key)) {
      String path = "/kbs/v0/resource/default/cli/one";
      assertThat(opened(client.resource(path), key)).isEqualTo("from the command line");
      // set-resource-policy --deny-all, then --affirming as a file of the field
      String deny = "package policy\ndefault allow = false\n";
      Scene.done(
          config("POST", "/kbs/v0/resource-policy", "{\"policy\":\"" + policy(deny) + "\"}"));
      assertThat(client.resource(path).statusCode()).isEqualTo(403);
      String affirming =
          """
          package policy
          import rego.v1
          default allow := false
          allow if {
            data.plugin == "resource"
            count(input.submods) > 0
            every _, submod in input.submods { submod["ear.status"] == "affirming" }
          }
          """;
      Scene.done(
          config("POST", "/kbs/v0/resource-policy", "{\"policy\":\"" + policy(affirming) + "\"}"));
      assertThat(opened(client.resource(path), key)).isEqualTo("from the command line");
      // set-attestation-policy with the field's own words
      String own =
          "package policy\nimport rego.v1\ntrust_claims := {\"executables\": 33, \"hardware\": 97}\n";
      String named = "{\"type\":\"rego\",\"policy_id\":\"default_cpu\",\"policy\":\"%s\"}";
      Scene.done(config("POST", "/kbs/v0/attestation-policy", named.formatted(policy(own))));
      try (var other = new Client(Jwk.generate("P-256"))) {
        assertThat(other.resource(path).statusCode()).isEqualTo(403);
      }
      Scene.done(broker.admin("DELETE", "/theca/v1/policies/attestation/default_cpu", ""));
      Scene.done(broker.admin("DELETE", "/theca/v1/policies/resource/resource-policy", ""));
      var ids = config("GET", "/kbs/v0/resource-policy", "");
      assertThat(ids.body()).isEqualTo("[\"resource-policy\"]");
      // delete-resource
      Scene.done(config("DELETE", path, ""));
      assertThat(client.resource(path).statusCode()).isEqualTo(404);
      assertThat(config("DELETE", path, "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void reference_values_of_the_command_line_are_read_back_as_it_prints_them() {
    for (String value : List.of("[\"1\"]", "[1]", "[true]", "\"single\"")) {
      String payload =
          Base64.getEncoder()
              .encodeToString(("{\"a/b:v1\":" + value + "}").getBytes(StandardCharsets.UTF_8));
      String message =
          "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\"" + payload + "\"}";
      Scene.done(config("POST", "/kbs/v0/reference-value", message));
      var read = config("GET", "/kbs/v0/reference-value/a/b:v1", "");
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.headers().firstValue("content-type")).contains("application/json");
      assertThat(read.body()).isEqualTo(value);
    }
    assertThat(config("GET", "/kbs/v0/reference-value/none", "").statusCode()).isEqualTo(404);
  }

  @Test
  void administrators_of_another_role_or_time_are_told_so() throws Exception {
    String path = "/kbs/v0/resource/default/cli/no";
    for (var row :
        List.of(
            List.of(jwt("guest", Instant.now().plusSeconds(60)), "403"),
            List.of(jwt("admin", Instant.now().minusSeconds(3600)), "401"),
            List.of(adminToken.substring(0, adminToken.length() - 8) + "AAAAAAAA", "401"))) {
      var answer =
          broker.http("POST", path, "x", List.of("Authorization", "Bearer " + row.getFirst()));
      assertThat(answer.statusCode() + "").as(answer.body()).isEqualTo(row.getLast());
      assertThat(error(answer).string("type").orElseThrow()).endsWith("/AdminAuthAccess");
    }
    var none = broker.http("POST", path, "x", List.of("accept", "*/*"));
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(error(none).string("type").orElseThrow()).endsWith("/AdminAuthInitialization");
  }

  private static Path shared(String file) {
    String named = Optional.ofNullable(System.getenv("THECA_SHARED")).orElse("../shared");
    Path path = Path.of(named).resolve("testdata/coco").resolve(file);
    assumeTrue(Files.exists(path), "no test data " + path);
    return path;
  }

  private static JsonValue read(String file) throws IOException {
    return Json.parse(Files.readAllBytes(shared(file))).orThrow();
  }

  @Test
  void answers_recorded_in_the_field_open_as_ours_do() throws Exception {
    for (JsonValue one : ((JsonArray) read("generated/jwe-response-vectors.json")).items()) {
      var vector = (JsonObject) one;
      var members = new LinkedHashMap<>(vector.object("tee-pubkey").orElseThrow().members());
      members.put("d", vector.get("tee-private-d").orElseThrow());
      var key = Jwk.parse(new JsonObject(members)).orThrow();
      var response = vector.object("response").orElseThrow();
      assertThat(headerAgain(response)).isEqualTo(response.string("protected").orElseThrow());
      assertThat(FieldJwe.open(response, key, headerAgain(response)))
          .isEqualTo(vector.string("plaintext_utf8").orElseThrow());
    }
  }

  @Test
  void report_data_is_made_as_the_field_makes_it() throws Exception {
    var vector = (JsonObject) read("generated/report-data-vector.json");
    var runtime = vector.object("runtime-data").orElseThrow();
    byte[] made =
        dev.theca.wire.kbs.Kbs.reportData(
            runtime.string("nonce").orElseThrow(),
            runtime.object("tee-pubkey").orElseThrow(),
            vector.string("additional-evidence").orElseThrow());
    assertThat(java.util.HexFormat.of().formatHex(made))
        .isEqualTo(vector.string("sha384_hex").orElseThrow());
  }

  @Test
  void a_real_report_of_another_day_is_read_and_judged_and_not_believed() throws Exception {
    var report = (JsonObject) read("trustee/attestation-service/tests/e2e/evidence.json");
    var hello =
        broker.send(
            "POST",
            "/kbs/v0/auth",
            "{\"version\":\"0.4.0\",\"tee\":\"snp\",\"extra-params\":\"\"}"
                .getBytes(StandardCharsets.UTF_8),
            "accept",
            "*/*");
    String cookie = hello.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
    var body =
        JsonObject.builder()
            .put(
                "runtime-data",
                JsonObject.builder()
                    .put("nonce", Running.json(hello).string("nonce").orElseThrow())
                    .put("tee-pubkey", Jwk.generate("P-256").publicJson())
                    .build())
            .put(
                "tee-evidence",
                JsonObject.builder()
                    .put("primary_evidence", report)
                    .put("additional_evidence", "")
                    .build())
            .build();
    var answer = Guest.attest(broker, cookie, body);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(Running.code(answer)).as(answer.body()).matches("binding-report-data|collateral-.*");
  }
}
