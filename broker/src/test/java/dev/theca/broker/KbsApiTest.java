package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.collateral.FixedSource;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.TrustRoots;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KbsApiTest {
  private static final KeyPair ROOT = Signer.newKey();
  private static final SgxPlatform GOOD = platform(ROOT);
  private static final String SECRET_TEXT = "a secret that must not lie about";
  private static final String INIT =
      "version = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\n\"a\" = \"b\"\n";
  private static final byte[] SIGNER = bytes(0x51);
  private static final byte[] MEASURED = bytes(0x52);

  @TempDir Path state;
  private KbsApi kbs;
  private final Jwk key = Jwk.generate("P-256");

  private static byte[] bytes(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static SgxPlatform platform(KeyPair root) {
    byte[] svn = new byte[16];
    Arrays.fill(svn, (byte) 5);
    byte[] model = {0, 0x11, 0x22, 0x33, 0x44, 0x55};
    return new SgxPlatform(root, svn, model, Instant.now(), Knobs.good());
  }

  @BeforeEach
  void broker() throws IOException {
    kbs = open();
    assertThat(admin("POST", "/kbs/v0/resource/default/key/one", SECRET_TEXT).status())
        .isEqualTo(200);
    reference("sgx_mr_signer", HexFormat.of().formatHex(SIGNER));
    reference("sgx_isv_prod_id", "1");
    reference("sgx_min_isv_svn", "2");
  }

  private KbsApi open() throws IOException {
    var documents = GOOD.documents(Instant.now(), Knobs.good());
    var collateral =
        new IntelCollateral(
            documents.tcbInfo(),
            documents.tcbChain(),
            documents.qeIdentity(),
            documents.qeChain(),
            documents.pckCrl(),
            documents.pckCrlChain(),
            documents.rootCrl());
    var references = new ReferenceValues(state.resolve("reference-values.json"));
    var roots = TrustRoots.intel().with("sim:test", ROOT.getPublic());
    return new KbsApi(
        new Sessions(),
        new AttestationService(roots, FixedSource.of(collateral), references),
        new ResourceStore(state),
        references,
        new Tokens(state.resolve("token.jwk")),
        new Admin(Secret.moveFrom("admin".getBytes(StandardCharsets.US_ASCII))),
        Audit.open(state.resolve("audit.jsonl")));
  }

  private void reference(String name, String value) {
    byte[] payload = ("{\"" + name + "\":[\"" + value + "\"]}").getBytes(StandardCharsets.UTF_8);
    String message =
        "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\""
            + Base64.getEncoder().encodeToString(payload)
            + "\"}";
    assertThat(admin("POST", "/kbs/v0/reference-value", message).status()).isEqualTo(200);
  }

  private Reply admin(String method, String path, String body) {
    return kbs.handle(method, path, body.getBytes(StandardCharsets.UTF_8), "", "admin");
  }

  private Reply send(String method, String path, JsonObject body, String cookie) {
    return kbs.handle(method, path, Json.write(body), cookie, "");
  }

  private static JsonObject json(Reply reply) {
    return Json.object(reply.body()).orThrow();
  }

  /** A session that has its challenge: cookie and nonce. */
  private String[] challenge() {
    var hello =
        JsonObject.builder()
            .put("version", Kbs.VERSION)
            .put("tee", "sgx")
            .put("extra-params", "")
            .build();
    var reply = send("POST", "/kbs/v0/auth", hello, "");
    assertThat(reply.status()).isEqualTo(200);
    return new String[] {reply.cookie(), json(reply).string("nonce").orElseThrow()};
  }

  /** What an enclave would send, with one thing wrong if asked. */
  private final class Evidence {
    SgxPlatform platform = GOOD;
    byte[] signer = SIGNER;
    int product = 1;
    int svn = 2;
    long flags = 0x5;
    String nonce = "";
    String nonceInReport = "";
    String initData = INIT;
    String initDataInReport = INIT;
    String additional = "";

    JsonObject build() {
      byte[] data =
          Kbs.reportData(nonceInReport.isEmpty() ? nonce : nonceInReport, key.publicJson(), "");
      var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
      body.putLong(48, flags).putLong(56, 3).put(64, MEASURED).put(128, signer);
      body.put(
          192,
          InitData.parse(initDataInReport.getBytes(StandardCharsets.UTF_8)).orThrow().configId());
      body.putShort(256, (short) product).putShort(258, (short) svn).put(320, data);
      String quote = Base64.getEncoder().encodeToString(platform.quote(body.array()));
      return JsonObject.builder()
          .put(
              "init-data", JsonObject.builder().put("format", "toml").put("body", initData).build())
          .put(
              "runtime-data",
              JsonObject.builder().put("nonce", nonce).put("tee-pubkey", key.publicJson()).build())
          .put(
              "tee-evidence",
              JsonObject.builder()
                  .put("primary_evidence", JsonObject.builder().put("quote", quote).build())
                  .put("additional_evidence", additional)
                  .build())
          .build();
    }
  }

  @Test
  void expected_evidence_gets_the_resource_wrapped_for_its_key_alone() throws IOException {
    String[] session = challenge();
    var evidence = new Evidence();
    evidence.nonce = session[1];
    var reply = send("POST", "/kbs/v0/attest", evidence.build(), session[0]);
    assertThat(reply.status()).as(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo(200);

    var resource =
        send(
            "GET",
            "/kbs/v0/resource/default/key/one",
            new JsonObject(java.util.Map.of()),
            session[0]);
    assertThat(resource.status()).isEqualTo(200);
    assertThat(new String(resource.body(), StandardCharsets.UTF_8)).doesNotContain(SECRET_TEXT);
    try (Secret opened = Jwe.open(json(resource), key).orThrow()) {
      String text = opened.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
      assertThat(text).isEqualTo(SECRET_TEXT);
    }
    assertThat(Jwe.open(json(resource), Jwk.generate("P-256")).isGranted()).isFalse();

    String token = json(reply).string("token").orElseThrow();
    var byToken = kbs.handle("GET", "/kbs/v0/resource/default/key/one", new byte[0], "", token);
    assertThat(byToken.status()).as("a token works without the session").isEqualTo(200);
  }

  static Stream<Object[]> lies() {
    return Stream.of(
        lie("enclave-unexpected", e -> e.signer = bytes(0x66)),
        lie("enclave-unexpected", e -> e.product = 7),
        lie("enclave-unexpected", e -> e.svn = 1),
        lie("policy-debug", e -> e.flags = 0x7),
        lie("nonce-stale", e -> e.nonce = "c3RhbGU="),
        lie("binding-report-data", e -> e.nonceInReport = "b3RoZXI="),
        lie("binding-init-data", e -> e.initDataInReport = INIT.replace("\"b\"", "\"c\"")),
        lie("bad-init-data", e -> e.initData = "algorithm = 1"),
        lie("evidence-additional", e -> e.additional = "{}"),
        lie("chain-untrusted", e -> e.platform = platform(Signer.newKey())));
  }

  private static Object[] lie(String code, java.util.function.Consumer<Evidence> change) {
    return new Object[] {code, change};
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void a_lie_in_the_evidence_is_refused_with_its_reason_and_no_key(
      String code, java.util.function.Consumer<Evidence> change) {
    String[] session = challenge();
    var evidence = new Evidence();
    evidence.nonce = session[1];
    change.accept(evidence);
    var reply = send("POST", "/kbs/v0/attest", evidence.build(), session[0]);
    assertThat(reply.status()).isEqualTo(401);
    var refusal = json(reply).object("refusal").orElseThrow();
    assertThat(refusal.string("code")).contains(code);
    for (String part : List.of("what", "expected", "found", "next"))
      assertThat(refusal.string(part).orElse("")).as(part).isNotBlank();
    var after =
        send(
            "GET",
            "/kbs/v0/resource/default/key/one",
            new JsonObject(java.util.Map.of()),
            session[0]);
    assertThat(after.status()).isEqualTo(401);
  }

  @Test
  void somebody_without_a_session_gets_nothing() {
    for (String cookie : List.of("", "no-such-session", challenge()[0])) {
      var reply = kbs.handle("GET", "/kbs/v0/resource/default/key/one", new byte[0], cookie, "");
      assertThat(reply.status()).isEqualTo(401);
    }
    assertThat(
            kbs.handle("GET", "/kbs/v0/resource/default/key/one", new byte[0], "", "e30.e30.e30")
                .status())
        .isEqualTo(401);
  }

  @Test
  void somebody_without_the_admin_token_changes_nothing() {
    for (String path : List.of("/kbs/v0/resource/default/key/one", "/kbs/v0/reference-value")) {
      assertThat(kbs.handle("POST", path, new byte[1], "", "").status()).isEqualTo(401);
      assertThat(kbs.handle("POST", path, new byte[1], "", "guess").status()).isEqualTo(403);
    }
    assertThat(kbs.handle("GET", "/theca/v1/audit", new byte[0], "", "").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kbs/v0/resource/one",
        "/kbs/v0/resource/../../etc/passwd",
        "/kbs/v0/resource/a/b/c/d",
        "/kbs/v0/resource/a//c",
        "/kbs/v0/resource/.a/b/c",
        "/kbs/v0/nothing",
        "/elsewhere",
        ""
      })
  void a_path_that_is_none_is_an_error(String path) {
    assertThat(admin("POST", path, "x").status()).isBetween(400, 499);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"version\":\"0.4.0\"}", "{\"version\":1}"})
  void a_challenge_for_nonsense_is_an_error(String body) {
    var reply = kbs.handle("POST", "/kbs/v0/auth", body.getBytes(StandardCharsets.UTF_8), "", "");
    assertThat(reply.status()).isBetween(400, 499);
    var session = challenge();
    var attest =
        kbs.handle("POST", "/kbs/v0/attest", body.getBytes(StandardCharsets.UTF_8), session[0], "");
    assertThat(attest.status()).isBetween(400, 499);
  }

  @Test
  void another_protocol_version_is_told_which_one_is_spoken() {
    var hello =
        JsonObject.builder()
            .put("version", "0.1.0")
            .put("tee", "sgx")
            .put("extra-params", "")
            .build();
    var reply = send("POST", "/kbs/v0/auth", hello, "");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(json(reply).string("detail").orElse("")).contains("0.4.0").contains("0.1.0");
  }

  @Test
  void the_disk_holds_no_secret_and_a_restart_loses_nothing() throws IOException {
    try (var files = Files.walk(state)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator)
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(SECRET_TEXT);
    }
    kbs = open();
    expected_evidence_gets_the_resource_wrapped_for_its_key_alone();
  }

  @Test
  void every_decision_is_in_a_log_whose_lines_hang_together() throws IOException {
    expected_evidence_gets_the_resource_wrapped_for_its_key_alone();
    var lines = Files.readAllLines(state.resolve("audit.jsonl"));
    assertThat(lines).anyMatch(l -> l.contains("\"release\"") && l.contains("granted"));
    String previous = null;
    for (String line : lines) {
      var entry = Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow();
      if (previous != null)
        assertThat(entry.string("previous"))
            .contains(
                dev.theca.wire.Digest.sha256(previous.getBytes(StandardCharsets.UTF_8)).hex());
      previous = line;
    }
  }
}
