package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of the configuration change what a running broker does. */
class SettingsTakeEffectTest {
  private static final byte[] HELLO =
      "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}"
          .getBytes(StandardCharsets.UTF_8);

  private static Provisioning platform;

  @TempDir Path folder;

  @BeforeAll
  static void platform() throws IOException {
    platform = new Provisioning(Knobs.good());
  }

  @AfterAll
  static void gone() {
    platform.close();
  }

  private Running broker(String tables) throws IOException {
    return new Running(
        """
        listen = "127.0.0.1:0"
        management = "127.0.0.1:0"
        state = "%s"
        collateral = "%s"
        [[roots]]
        name = "sim:test"
        certificate = "%s"
        %s
        """
            .formatted(folder.resolve("state"), platform.url(), platform.rootFile(folder), tables));
  }

  private static int auth(Running broker) {
    return broker.send("POST", "/kbs/v0/auth", HELLO, "", "").statusCode();
  }

  private static Running.Attested attest(Running broker) {
    return broker.attest(new Provisioning.Enclave(platform.platform));
  }

  private static JsonObject claims(Running.Attested attested) {
    return Json.object(Base64.getUrlDecoder().decode(attested.token().split("\\.")[1])).orThrow();
  }

  @Test
  void rates_slow_an_address_down_and_can_be_switched_off() throws IOException {
    try (var broker = broker("[rates]\nauth_burst = 2\nauth_per_minute = 1\n")) {
      assertThat(auth(broker)).isEqualTo(200);
      assertThat(auth(broker)).isEqualTo(200);
      assertThat(auth(broker)).isEqualTo(429);
    }
    try (var broker =
        broker("[rates]\nauth_burst = 1\nauth_per_minute = 1\ninsecure_unlimited = true\n")) {
      for (int i = 0; i < 5; i++) assertThat(auth(broker)).isEqualTo(200);
    }
  }

  @Test
  void tokens_say_their_issuer_and_developer_and_end_when_told() throws IOException {
    try (var broker =
        broker("[token]\nissuer = \"me\"\ndeveloper = \"https://me\"\nlife_minutes = 2\n")) {
      var claims = claims(attest(broker));
      assertThat(claims.string("iss")).contains("me");
      assertThat(claims.object("ear.verifier-id").flatMap(v -> v.string("developer")))
          .contains("https://me");
      long life = claims.integer("exp").orElseThrow() - claims.integer("iat").orElseThrow();
      assertThat(life).isEqualTo(120);
    }
  }

  @Test
  void attestations_are_recorded_only_when_wanted() throws IOException {
    try (var broker = broker("")) {
      attest(broker);
      assertThat(recorded(broker)).isEqualTo(1);
    }
    try (var broker = broker("[recordings]\nenabled = false\n")) {
      var stranger = new Provisioning.Enclave(platform.platform);
      stranger.measured = Provisioning.bytes(0x77);
      broker.attest(stranger);
      assertThat(recorded(broker)).as("what was recorded before").isEqualTo(1);
    }
  }

  private static int recorded(Running broker) {
    return Running.json(broker.admin("GET", "/theca/v1/recordings", ""))
        .requireArray("recordings")
        .orThrow()
        .size();
  }

  @Test
  void a_policy_beyond_its_budget_says_no() throws IOException {
    String heavy =
        "package policy\nimport rego.v1\ndefault allow := false\n"
            + "allow if count([1 | some a in numbers.range(1, 60); some b in"
            + " numbers.range(1, 60); a < b]) > 0\n";
    for (var row : new String[][] {{"1000", "403"}, {"1000000", "200"}}) {
      try (var broker = broker("[evaluation]\nsteps = " + row[0] + "\n")) {
        broker.admin("POST", "/kbs/v0/resource/default/key/one", "s");
        var put = broker.admin("PUT", "/theca/v1/policies/tenant/default", heavy);
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        var answer = broker.get(attest(broker).cookie(), "default/key/one");
        assertThat(answer.statusCode() + "").as(answer.body()).isEqualTo(row[1]);
        // it came to no answer, which is counted apart from a no
        boolean failed = row[1].equals("403");
        assertThat(broker.metrics())
            .contains("kbs_policy_errors_total " + (failed ? 1 : 0))
            .contains("kbs_policy_violations_total 0");
      }
    }
  }

  @Test
  void a_client_that_does_not_finish_its_header_is_cut_at_the_deadline() throws IOException {
    try (var broker = broker("[deadlines]\nheader_seconds = 1\n");
        var socket = new Socket()) {
      socket.setSoTimeout(60_000);
      long begun = System.nanoTime(); // before the server can have begun to count
      socket.connect(new InetSocketAddress("127.0.0.1", URI.create(broker.boot("url")).getPort()));
      socket.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
      while (socket.getInputStream().read() >= 0) {
        // an answer that says so, perhaps
      }
      assertThat((System.nanoTime() - begun) / 1e9).isBetween(0.5, 9.0);
    }
  }

  @Test
  void a_policy_without_its_rule_is_a_bad_request_and_nothing_that_is_missing() throws IOException {
    try (var broker = broker("")) {
      var answer =
          broker.admin("PUT", "/theca/v1/policies/tenant/default", "package policy\nother := 1\n");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }
  }
}
