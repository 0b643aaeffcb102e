package dev.theca.broker.reference;

import static dev.theca.broker.reference.References.ADMIN;
import static dev.theca.broker.reference.References.KEY;
import static dev.theca.broker.reference.References.NOW;
import static dev.theca.broker.reference.References.SGX_KEY;
import static dev.theca.broker.reference.References.corim;
import static dev.theca.broker.reference.References.json;
import static dev.theca.broker.reference.References.sample;
import static dev.theca.broker.reference.References.says;
import static dev.theca.broker.reference.References.signed;
import static dev.theca.broker.reference.References.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.jose.Jws;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may say what is good. */
class ProvenanceTest {
  private static final String NAME = "ACME/Roadrunner/fw/boot/digests";

  @TempDir Path folder;
  private References references;
  private ReferenceValues values;

  @BeforeEach
  void open() {
    references = new References(folder, "refuse");
    values = references.values;
  }

  @AfterEach
  void close() {
    references.close();
  }

  private static JsonObject with(JsonObject message, String member, String value) {
    var members = new LinkedHashMap<>(message.members());
    var unused = members.put(member, new JsonString(value));
    return new JsonObject(members);
  }

  private static JsonObject header(String header) {
    String payload = B64.url(Json.canonical(sample("{\"a\":1}")));
    var json = Json.object(header.getBytes(StandardCharsets.UTF_8)).orThrow();
    boolean es256 = json.string("alg").orElse("").equals("ES256");
    String jws =
        es256
            ? Jws.sign(json, Json.canonical(sample("{\"a\":1}")), KEY.privateKey().orElseThrow())
            : B64.url(Json.write(json)) + "." + payload + ".AAAA";
    String[] parts = jws.split("\\.", -1);
    return with(sample("{\"a\":1}"), "signature", parts[0] + ".." + parts[2]);
  }

  @Test
  void without_a_signature_nothing_is_registered_not_even_for_an_administrator() {
    assertThat(says(values.register(sample("{\"a\":1}"), NOW)))
        .isEqualTo("reference-unsigned: none");
    assertThat(says(values.register(sample("{\"a\":1}"), ADMIN, NOW)))
        .isEqualTo("reference-unsigned: none");
    assertThat(values.find("a", NOW)).isEmpty();
    assertThat(references.trail.events).isEmpty();
  }

  @Test
  void where_administrators_may_they_register_in_their_name_and_others_still_may_not() {
    var lenient = references.replica("admin");
    assertThat(says(lenient.register(sample("{\"a\":1}"), NOW))).startsWith("reference-unsigned");
    assertThat(says(lenient.register(sample("{\"a\":1}"), ADMIN, NOW))).isEqualTo("granted");
    assertThat(lenient.history("a").getFirst().provenance()).isEqualTo("admin:alice");
    var forged = with(sample("{\"a\":2}"), "signature", "x..y");
    assertThat(says(lenient.register(forged, ADMIN, NOW))).startsWith("reference-signature");
  }

  @Test
  void another_implementation_reads_and_makes_the_signature() throws Exception {
    var message = sample("{\"a\":1}");
    var ours = signer().sign(message, NOW);
    String[] parts = ours.string("signature").orElseThrow().split("\\.", -1);
    var detached = new Payload(Json.canonical(message));
    assertThat(
            JWSObject.parse(parts[0] + ".." + parts[2], detached)
                .verify(new ECDSAVerifier((ECPublicKey) KEY.publicKey())))
        .isTrue();
    var theirs =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("builder")
                .customParam("iat", NOW.getEpochSecond())
                .build(),
            detached);
    theirs.sign(new ECDSASigner((ECPrivateKey) KEY.privateKey().orElseThrow()));
    assertThat(says(values.register(with(message, "signature", theirs.serialize(true)), NOW)))
        .isEqualTo("granted");
  }

  @Test
  void the_order_of_members_does_not_matter_but_every_member_does() {
    var signed = signer().sign(sample("{\"a\":1}"), NOW);
    var turned = new LinkedHashMap<String, dev.theca.wire.json.JsonValue>();
    for (String name : signed.members().keySet().stream().toList().reversed())
      turned.put(name, signed.get(name).orElseThrow());
    assertThat(says(values.register(new JsonObject(turned), NOW))).isEqualTo("granted");
    var other = sample("{\"a\":2}").string("payload").orElseThrow();
    for (var changed :
        List.of(
            with(signed, "payload", other),
            with(signed, "mode", "append"),
            with(signed, "mode", "overwrite"),
            with(signed, "type", "corim")))
      assertThat(says(values.register(changed, NOW))).startsWith("reference-signature");
    var less = new LinkedHashMap<>(signed.members());
    less.remove("version");
    assertThat(says(values.register(new JsonObject(less), NOW))).startsWith("reference-signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"ES256\",\"kid\":\"nobody\",\"iat\":1}",
        "{\"alg\":\"ES256\",\"iat\":1}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\"}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":\"1\"}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":-1}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":1e3}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":1,\"exp\":\"soon\"}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":1,\"crit\":[\"x\"],\"x\":1}",
        "{\"alg\":\"ES256\",\"kid\":\"builder\",\"iat\":1,\"b64\":false}",
        "{\"alg\":\"ES256\",\"kid\":\"sgx\",\"iat\":1}",
        "{\"alg\":\"none\",\"kid\":\"builder\",\"iat\":1}",
        "{\"alg\":\"HS256\",\"kid\":\"builder\",\"iat\":1}",
      })
  void a_header_that_says_another_thing_is_refused(String header) {
    assertThat(says(values.register(header(header), NOW))).startsWith("reference-signature");
  }

  @Test
  void a_key_or_message_out_of_its_time_is_refused() {
    assertThat(
            says(
                values.register(
                    new ReferenceSigner("old", KEY).sign(sample("{\"a\":1}"), NOW), NOW)))
        .startsWith("reference-time");
    var future = signer().sign(sample("{\"a\":1}"), NOW.plus(Duration.ofMinutes(5)).plusMillis(1));
    assertThat(says(values.register(future, NOW))).startsWith("reference-time");
    var ancient = signer().sign(sample("{\"a\":1}"), NOW.minus(Duration.ofDays(366)));
    assertThat(says(values.register(ancient, NOW))).startsWith("reference-time");
  }

  @Test
  void a_foreign_key_under_a_known_name_is_refused() {
    var foreign = new ReferenceSigner("builder", Jwk.generate("P-256"));
    assertThat(says(values.register(foreign.sign(sample("{\"a\":1}"), NOW), NOW)))
        .startsWith("reference-signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "...", "a.b.c", "e30..AA", "!!..AA", "e30..!!", "e30.e30.AA"})
  void other_text_is_no_signature(String signature) {
    var message = with(sample("{\"a\":1}"), "signature", signature);
    assertThat(says(values.register(message, NOW)))
        .startsWith(signature.isEmpty() ? "reference-unsigned" : "reference-signature");
  }

  @ParameterizedTest
  @CsvSource({
    "sgx_mr_enclave, true",
    "sgx_, true",
    "sgx, false",
    "tdx_mr, false",
    "x_sgx_mr, false",
    "rvps:///github.com/a/b/exact:v1, true",
    "rvps:///github.com/a/b/exact:v10, false",
    "rvps:///exact:v1, false",
  })
  void a_key_speaks_of_its_names_only(String name, boolean within) {
    var signed = new ReferenceSigner("sgx", SGX_KEY).sign(sample("{\"" + name + "\":1}"), NOW);
    assertThat(says(values.register(signed, NOW)))
        .isEqualTo(within ? "granted" : "reference-scope: outside the scope of key:sgx");
  }

  @Test
  void one_name_out_of_scope_refuses_the_whole_message() {
    var both = sample("{\"sgx_a\":1,\"tdx_b\":1}");
    assertThat(says(values.register(new ReferenceSigner("sgx", SGX_KEY).sign(both, NOW), NOW)))
        .startsWith("reference-scope");
    assertThat(values.find("sgx_a", NOW)).isEmpty();
  }

  @Test
  void a_signed_corim_is_its_own_provenance_and_ends_when_it_says() {
    byte[] manifest = corim(1, NOW, NOW.plusSeconds(60));
    var message = ReferenceMessages.corim(signed(manifest, KEY));
    assertThat(says(values.register(message, NOW))).isEqualTo("granted");
    assertThat(values.find(NAME, NOW)).contains(json("[\"" + "01".repeat(32) + "\"]"));
    assertThat(values.history(NAME).getFirst().provenance()).isEqualTo("key:builder");
    assertThat(values.find(NAME, NOW.plusSeconds(60))).isEmpty();
    assertThat(says(values.register(message, NOW.plusSeconds(61)))).startsWith("reference-time");
  }

  @Test
  void an_older_signed_corim_does_not_come_back() {
    var old = ReferenceMessages.corim(signed(corim(1, NOW.minusSeconds(9)), KEY));
    values.register(old, NOW).orThrow();
    var fresh = ReferenceMessages.corim(signed(corim(2, NOW.minusSeconds(1)), KEY));
    values.register(fresh, NOW).orThrow();
    assertThat(says(values.register(old, NOW))).startsWith("reference-rollback");
    assertThat(says(values.register(fresh, NOW.plus(Duration.ofDays(200))))).isEqualTo("granted");
    assertThat(values.find(NAME, NOW.plus(Duration.ofDays(366)))).isEmpty();
  }

  @Test
  void a_signed_corim_of_a_stranger_or_out_of_scope_is_refused_even_for_an_administrator() {
    var lenient = references.replica("admin");
    var strange = ReferenceMessages.corim(signed(corim(1, NOW), Jwk.generate("P-256")));
    assertThat(says(lenient.register(strange, ADMIN, NOW))).startsWith("reference-signature");
    var scope = ReferenceMessages.corim(signed(corim(1, NOW), SGX_KEY));
    assertThat(says(values.register(scope, NOW))).startsWith("reference-scope");
    var timeless = ReferenceMessages.corim(signed(corim(1), KEY));
    assertThat(says(values.register(timeless, NOW))).startsWith("reference-signature");
    var early = ReferenceMessages.corim(signed(corim(1, NOW.plusSeconds(600)), KEY));
    assertThat(says(values.register(early, NOW))).startsWith("reference-time");
    assertThat(says(values.register(ReferenceMessages.corim(corim(1, NOW)), NOW)))
        .startsWith("reference-unsigned");
  }

  @Test
  void a_signed_message_vouches_for_the_corim_within() {
    byte[] strange = signed(corim(1), Jwk.generate("P-256"));
    var message = signer().sign(ReferenceMessages.corim(strange), NOW);
    assertThat(says(values.register(message, NOW))).isEqualTo("granted");
  }

  @Test
  void the_builders_name_what_the_policies_ask_for() {
    var messages =
        List.of(
            ReferenceMessages.sgxEnclave(new byte[32]),
            ReferenceMessages.sgxSigner(new byte[32], 7, 2),
            ReferenceMessages.tdx(new byte[48], new byte[48], new byte[48], new byte[8]),
            ReferenceMessages.snp(new byte[48]),
            ReferenceMessages.snpTcb(List.of(3L), List.of(0L), List.of(8L), List.of(115L)));
    for (int i = 0; i < messages.size(); i++)
      values.register(signer().sign(messages.get(i), NOW.plusMillis(i)), NOW).orThrow();
    assertThat(values.list("", "", 100).values())
        .extracting(ReferenceVersion::name)
        .containsExactly(
            "mr_td",
            "rtmr_1",
            "rtmr_2",
            "sgx_isv_prod_id",
            "sgx_min_isv_svn",
            "sgx_mr_enclave",
            "sgx_mr_signer",
            "snp_bootloader",
            "snp_launch_measurement",
            "snp_microcode",
            "snp_snp_svn",
            "snp_tee_svn",
            "xfam");
    assertThat(values.find("sgx_isv_prod_id", NOW)).contains(json("[7]"));
    assertThat(values.find("sgx_min_isv_svn", NOW)).contains(json("2"));
    assertThatThrownBy(() -> ReferenceMessages.sgxEnclave(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_signer_needs_a_private_key_on_a_curve_that_it_knows() {
    var publicKey = Jwk.parse(KEY.publicJson()).orThrow();
    assertThatThrownBy(() -> new ReferenceSigner("a", publicKey))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReferenceSigner("a", Jwk.generate("P-521")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unsigned = \"yes\"",
        "unsinged = \"admin\"",
        "life_months = 0",
        "life_months = 1000",
        "keys = 1",
        "keys = [1]",
        "[[keys]]\nname = \"a\"\nscope = [\"*\"]",
        "[[keys]]\nname = \"a\"\nscope = [\"*\"]\npem = \"x\"",
        "[[keys]]\nname = \"a\"\nscope = [\"*\"]\npem = \"x\"\nfile = \"y\"",
        "[[keys]]\nname = \"a\"\nscope = [\"*\"]\nfile = \"/absent\"",
        "[[keys]]\nname = \"a\"\nscope = [\"*\"]\njwk = {kty = \"oct\", k = \"AA\"}",
        "[[keys]]\nname = \"\"\nscope = [\"*\"]\npem = \"x\"",
      })
  void wrong_settings_are_refused(String toml) {
    assertThat(ReferenceSettings.parse(Toml.parse(toml).orThrow()))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void keys_are_read_from_pem_and_have_scope_and_end_of_their_own() {
    String pem = dev.theca.wire.der.Pem.write("PUBLIC KEY", KEY.publicKey().getEncoded());
    var json =
        JsonObject.builder()
            .put("name", "pem")
            .put("pem", pem)
            .put("scope", dev.theca.wire.json.JsonArray.of("a*"))
            .put("expires", "2027-01-01T00:00:00Z")
            .build();
    var key = ProvenanceKey.parse(json).orThrow();
    assertThat(key.validAt(Instant.parse("2026-12-31T23:59:59Z"))).isTrue();
    assertThat(key.validAt(Instant.parse("2027-01-01T00:00:00Z"))).isFalse();
    assertThat(key.covers("abc")).isTrue();
    for (String bad : List.of("name", "scope", "pem")) {
      var less = new LinkedHashMap<>(json.members());
      less.remove(bad);
      assertThat(ProvenanceKey.parse(new JsonObject(less)).isGranted()).as(bad).isFalse();
    }
    var twice =
        JsonObject.builder().put("keys", dev.theca.wire.json.JsonArray.of(json, json)).build();
    assertThat(ReferenceSettings.parse(twice).isGranted()).isFalse();
  }
}
