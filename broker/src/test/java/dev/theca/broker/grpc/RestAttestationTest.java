package dev.theca.broker.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestAttestationTest {
  private final FakePort fake = new FakePort();
  private final RestAttestation rest = new RestAttestation(fake.port());

  private Answer ask(String method, String path, String body) {
    return rest.handle(
        new Request(
            method, path, Map.of(), Map.of(), body.getBytes(StandardCharsets.UTF_8), "::1"));
  }

  private static String body(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void evidence_becomes_a_bare_token() {
    var answer =
        ask(
            "POST",
            "/attestation",
            """
            {"verification_requests":[{"tee":"sgx","evidence":"e30",
              "runtime_data":{"structured":{"nonce":"n"}},
              "init_data":{"init_data_toml":"x = 1"},
              "runtime_data_hash_algorithm":"sha-256"}],"policy_ids":["default"]}""");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(body(answer)).isEqualTo("signed.sgx");
    var attester = fake.judged.getFirst().getFirst();
    assertThat(((Attester.Runtime.Structured) attester.runtime()).hash()).isEqualTo("sha256");
    assertThat(attester.initData()).isPresent();
  }

  @Test
  void the_agents_short_form_has_no_runtime_data() {
    String agent =
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30\"}],\"policy_ids\":[]}";
    assertThat(body(ask("POST", "/attestation", agent))).isEqualTo("signed.snp");
    assertThat(fake.judged.getFirst().getFirst().runtime())
        .isInstanceOf(Attester.Runtime.None.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"verification_requests\":[],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30\"}]}",
        "{\"verification_requests\":[1],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\"}],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30=\"}],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30\",\"runtime_data\":{}}],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30\",\"runtime_data\":{\"raw\":1}}],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"snp\",\"evidence\":\"e30\",\"init_data\":{\"x\":1}}],\"policy_ids\":[]}",
        "{\"verification_requests\":[{\"tee\":\"tdx\",\"evidence\":\"e30\"}],\"policy_ids\":[]}",
      })
  void a_clients_mistake_is_400_in_json(String request) {
    var answer = ask("POST", "/attestation", request);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(Json.object(answer.body()).orThrow().string("detail")).isPresent();
  }

  @Test
  void policies_are_set_listed_and_read_back() {
    assertThat(
            ask("POST", "/policy", "{\"policy_id\":\"default_cpu\",\"policy\":\"cGFja2FnZSBw\"}")
                .status())
        .isEqualTo(200);
    assertThat(body(ask("GET", "/policy", ""))).isEqualTo("[{\"policy-id\":\"default_cpu\"}]");
    assertThat(body(ask("GET", "/policy/default_cpu", ""))).isEqualTo("package p");
    assertThat(ask("GET", "/policy/other", "").status()).isEqualTo(404);
    assertThat(ask("DELETE", "/policy", "").status()).isEqualTo(405);
    assertThat(ask("POST", "/policy", "{\"policy_id\":\"x\",\"policy\":\"bm8\"}").status())
        .isEqualTo(400);
  }

  @Test
  void challenge_keys_and_health() {
    assertThat(body(ask("POST", "/challenge", "{\"tee\":\"se\",\"tee_params\":\"\"}")))
        .isEqualTo("c-se");
    assertThat(ask("POST", "/challenge", "{\"tee\":1}").status()).isEqualTo(400);
    assertThat(body(ask("GET", "/.well-known/jwks.json", ""))).isEqualTo("{\"keys\":[]}");
    assertThat(ask("GET", "/healthz", "").status()).isEqualTo(200);
    assertThat(ask("GET", "/attestation", "").status()).isEqualTo(405);
    assertThat(ask("GET", "/nothing", "").status()).isEqualTo(404);
  }
}
