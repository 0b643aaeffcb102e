package dev.theca.broker.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may say in a handshake, and what they are answered. */
class KbsMessagesTest extends KbsBed {
  @ParameterizedTest
  @CsvSource({"0.1.1", "0.2.0", "0.4.1", "x", "0.4.0-rc1"})
  void another_version_is_told_which_one_is_spoken(String version) {
    var body = with(hello(), "version", new JsonString(version));
    var answer = send(router, "POST", "/kbs/v0/auth", Json.write(body), "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).string("detail").orElse(""))
        .isEqualTo(
            "Attestation error: RCAR handshake Auth failed: KBS Client Protocol Version Mismatch:"
                + " expect =0.4.0 while the request is "
                + version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"version\":\"0.4.0\"}",
        "{\"version\":1,\"tee\":\"sgx\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sev\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\",\"tee\":\"tdx\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":[[[[[[[[[[[[[1]]]]]]]]]]]]]}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":{\"supported-hash-algorithms\":[\"md5\"]}}"
      })
  void a_challenge_for_nonsense_is_an_error_in_json(String body) {
    var answer = send(router, "POST", "/kbs/v0/auth", body.getBytes(StandardCharsets.UTF_8), "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).string("type")).isPresent();
    assertThat(json(answer).string("detail")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"sha256\",\"sha384\",\"sha512\",\"sm3\"]',''",
    "'[\"sha256\"]',sha256",
    "'[\"SHA-512\",\"sha256\"]',sha512",
    "'[]',refused"
  })
  void the_hash_is_one_that_the_client_has(String supported, String selected) {
    String text =
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":{\"supported-hash-algorithms\":"
            + supported
            + "}}";
    var answer = send(router, "POST", "/kbs/v0/auth", text.getBytes(StandardCharsets.UTF_8), "");
    if (selected.equals("refused")) {
      assertThat(answer.status()).isEqualTo(400);
      return;
    }
    var extra = json(answer).get("extra-params").orElseThrow();
    if (selected.isEmpty()) assertThat(extra).isEqualTo(new JsonString(""));
    else assertThat(((JsonObject) extra).string("selected-hash-algorithm")).contains(selected);
    var unused =
        attest(router, new Challenged(cookie(answer), json(answer).string("nonce").orElseThrow()));
    var runtime = (Attester.Runtime.Structured) wings.seen.getFirst().runtime();
    assertThat(runtime.hash()).isEqualTo(selected.isEmpty() ? "sha384" : selected);
  }

  @Test
  void the_evidence_of_devices_is_bound_as_the_text_that_was_sent() {
    var challenge = challenge();
    String additional = " {\"nvidia\" : {\"device_evidence_list\":[]} }";
    var body = attestation(challenge.nonce(), key.publicJson(), additional);
    var answer = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(wings.seen).hasSize(2);
    var cpu = (Attester.Runtime.Structured) wings.seen.get(0).runtime();
    var gpu = (Attester.Runtime.Structured) wings.seen.get(1).runtime();
    assertThat(cpu.claims().string("additional-evidence")).contains(additional);
    assertThat(gpu.claims().members().keySet()).containsExactlyInAnyOrder("nonce", "tee-pubkey");
    assertThat(wings.seen.get(1).tee()).isEqualTo("nvidia");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"runtime-data\":[]}",
        "{\"runtime-data\":{\"nonce\":\"N\"}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":{}}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":{}}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"[\"}}",
        "{\"init-data\":\"x\",\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"\"}}",
        "{\"init-data\":{\"format\":\"json\",\"body\":\"{}\"},\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"\"}}"
      })
  void an_attestation_that_is_none_is_refused_in_json(String text) {
    var challenge = challenge();
    String body =
        text.replace("\"N\"", "\"" + challenge.nonce() + "\"")
            .replace("KEY", Json.text(key.publicJson()));
    var answer =
        send(
            router,
            "POST",
            "/kbs/v0/attest",
            body.getBytes(StandardCharsets.UTF_8),
            challenge.cookie());
    assertThat(answer.status()).isIn(400, 401);
    assertThat(json(answer).string("detail").orElse("")).isNotBlank();
    assertThat(wings.seen).isEmpty();
  }

  @Test
  void a_point_that_is_not_on_the_curve_is_no_key() {
    var challenge = challenge();
    var members = new java.util.LinkedHashMap<>(key.publicJson().members());
    members.put("x", new JsonString("A".repeat(43)));
    var body = attestation(challenge.nonce(), new JsonObject(members), "");
    var answer = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).object("refusal").orElseThrow().string("code")).contains("bad-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-521"})
  void the_answer_is_for_the_curve_of_the_clients_key(String curve) {
    var mine = Jwk.generate(curve);
    var challenge = challenge();
    var body = attestation(challenge.nonce(), mine.publicJson(), "");
    var attested = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(attested.status()).isEqualTo(200);
    var answer = send(router, "GET", ONE, new byte[0], challenge.cookie());
    assertThat(opened(answer, mine)).isEqualTo("the key");
    String head =
        new String(
            Base64.getUrlDecoder().decode(json(answer).string("protected").orElseThrow()),
            StandardCharsets.UTF_8);
    assertThat(head)
        .startsWith(
            "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A256GCM\",\"epk\":{\"crv\":\""
                + curve
                + "\",\"kty\":\"EC\",\"x\":");
  }
}
