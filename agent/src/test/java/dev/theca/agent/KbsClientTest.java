package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.enclave.TeePlatform;
import dev.theca.wire.Outcome;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.kbs.PodName;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The agent against a server with the habits of the field's own one: cookies without a path, 401
 * for everything, {@code text/xml}, no content type on errors.
 */
class KbsClientTest {
  private static final KbsUri KEY = new KbsUri("default/key/one");

  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final Queue<Object[]> instead = new ArrayDeque<>();
  private final Set<String> pods = Collections.synchronizedSet(new TreeSet<>());
  private HttpServer server;
  private KbsClient client;
  private String selected = "";
  private byte[] quoted = new byte[0];
  private String nonce = "";
  private JsonObject teeKey = JsonObject.builder().build();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    client = client(Optional.empty());
  }

  private KbsClient client(Optional<PodName> pod) {
    String text = "version = \"0.1.0\"\nalgorithm = \"sha384\"\n[data]\n";
    return KbsClient.to(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        new Quoting(),
        InitData.parse(text.getBytes(StandardCharsets.UTF_8)).orThrow(),
        pod);
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private final class Quoting implements TeePlatform {
    @Override
    public byte[] targetInfo() {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] report(byte[] targetInfo, byte[] reportData) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] quote(byte[] reportData) {
      quoted = reportData.clone();
      return new byte[] {1};
    }

    @Override
    public boolean verifyReport(byte[] report) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Secret sealKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void retire() {}
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      calls.add(exchange.getRequestMethod() + " " + path.replace("/kbs/v0", ""));
      pods.add(String.valueOf(exchange.getRequestHeaders().getFirst(PodName.HEADER)));
      byte[] body = exchange.getRequestBody().readAllBytes();
      var planned = path.endsWith("/one") ? instead.poll() : null;
      if (planned != null) {
        if (planned.length > 2) exchange.getResponseHeaders().add("Retry-After", planned[2] + "");
        send(exchange, (int) planned[0], (String) planned[1]);
        return;
      }
      switch (path) {
        case "/kbs/v0/auth" -> {
          nonce = Base64.getEncoder().encodeToString(new byte[32]);
          exchange
              .getResponseHeaders()
              .add("Set-Cookie", "kbs-session-id=8c0b9e2b6f0d4c0b9c1e2d3f4a5b6c7d; Expires=x");
          String extra =
              selected.isEmpty() ? "\"\"" : "{\"selected-hash-algorithm\":\"" + selected + "\"}";
          send(exchange, 200, "{\"nonce\":\"" + nonce + "\",\"extra-params\":" + extra + "}");
        }
        case "/kbs/v0/attest" -> {
          teeKey =
              Json.object(body)
                  .then(json -> json.requireObject("runtime-data"))
                  .then(json -> json.requireObject("tee-pubkey"))
                  .orThrow();
          send(exchange, 200, "{\"token\":\"opaque\"}");
        }
        default ->
            send(
                exchange,
                200,
                Json.text(
                    Jwe.forKbs(
                        Jwk.parse(teeKey).orThrow(), "it".getBytes(StandardCharsets.UTF_8))));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    if (status == 200) exchange.getResponseHeaders().add("Content-Type", "text/xml");
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) exchange.getResponseBody().write(body);
  }

  private static String error(String variant) {
    return Json.text(Kbs.error(variant, "said so"));
  }

  private String fetched() {
    try (Secret secret = client.resource(KEY).orThrow()) {
      return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void it_gets_a_resource_from_a_server_of_the_field() {
    assertThat(fetched()).isEqualTo("it");
    assertThat(calls)
        .containsExactly("POST /auth", "POST /attest", "GET /resource/default/key/one");
  }

  @Test
  void it_makes_its_report_with_the_hash_that_the_server_selects() {
    selected = "SHA-512";
    assertThat(fetched()).isEqualTo("it");
    assertThat(quoted).isEqualTo(Kbs.reportData(nonce, teeKey, "", "sha512"));
    selected = "md5";
    var other = client.resource(new KbsUri("default/key/two"));
    assertThat(other.isGranted()).as("the session goes on").isTrue();
  }

  @Test
  void a_hash_that_it_did_not_offer_is_refused() {
    selected = "md5";
    assertThat(code(client.resource(KEY))).isEqualTo("kbs-protocol");
  }

  private static String code(Outcome<Secret> outcome) {
    return switch (outcome) {
      case Outcome.Granted<Secret> _ -> "granted";
      case Outcome.Refused<Secret>(var why) -> why.getFirst().code().id();
    };
  }

  @Test
  void a_session_that_ended_is_followed_by_one_attestation() {
    assertThat(fetched()).isEqualTo("it");
    calls.clear();
    instead.add(new Object[] {401, error("TokenNotFound")});
    assertThat(fetched()).isEqualTo("it");
    assertThat(calls).hasSize(4).contains("POST /attest");
  }

  @Test
  void a_no_of_the_policy_is_final_even_with_status_401() {
    assertThat(fetched()).isEqualTo("it");
    for (String variant : List.of("PolicyDeny", "PluginInternalError")) {
      calls.clear();
      instead.add(new Object[] {401, error(variant)});
      assertThat(code(client.resource(KEY))).isEqualTo("kbs-refused");
      assertThat(calls).containsExactly("GET /resource/default/key/one");
    }
  }

  @Test
  void every_request_says_which_pod_asks_where_the_host_said_it() {
    assertThat(fetched()).isEqualTo("it");
    assertThat(pods).containsExactly("null");
    pods.clear();
    client = client(PodName.parse("team-a/web-0 0b1c2d3e"));
    assertThat(fetched()).isEqualTo("it");
    assertThat(pods).containsExactly("team-a/web-0 0b1c2d3e");
  }

  @Test
  void the_id_of_a_refusal_is_handed_on_so_that_its_owner_can_explain_it() {
    String refusal =
        "{\"code\":\"policy-denied\",\"what\":\"TEE\",\"expected\":\"a\",\"found\":\"b\",\"next\":\"c\"}";
    instead.add(new Object[] {403, "{\"refusal\":" + refusal + ",\"id\":\"a2b3c4d5e6f7\"}"});
    instead.add(new Object[] {403, "{\"refusal\":" + refusal + ",\"id\":\"$(reboot)\"}"});
    assertThat(client.resource(KEY).toString()).contains("c (theca why a2b3c4d5e6f7)");
    assertThat(client.resource(KEY).toString()).contains("policy-denied").doesNotContain("reboot");
  }

  @Test
  void a_busy_server_is_asked_again_later() {
    instead.addAll(
        Arrays.asList(new Object[] {503, ""}, new Object[] {429, error("HTTPFailed"), "1"}));
    long start = System.nanoTime();
    assertThat(fetched()).isEqualTo("it");
    assertThat(System.nanoTime() - start)
        .as("it waits as long as asked")
        .isGreaterThan(1_000_000_000);
    assertThat(calls).hasSize(5);
  }
}
