package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A workload with a key of its own, which takes each step of the handshake where it likes. */
final class Guest {
  final Jwk key;
  final Provisioning.Enclave enclave;

  Guest(Provisioning platform) {
    this(platform, Jwk.generate("P-256"));
  }

  Guest(Provisioning platform, Jwk key) {
    this.key = key;
    this.enclave = new Provisioning.Enclave(platform.platform);
  }

  /** What a client was asked. */
  record Challenged(String cookie, String nonce) {}

  static HttpResponse<String> hello(Running broker) {
    return broker.send(
        "POST",
        "/kbs/v0/auth",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}"
            .getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }

  static Challenged auth(Running broker) {
    var answer = hello(broker);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new Challenged(
        answer.headers().firstValue("set-cookie").orElseThrow().split(";")[0],
        Running.json(answer).requireString("nonce").orThrow());
  }

  JsonObject evidence(Challenged challenged) {
    return enclave.evidence(challenged.nonce(), key);
  }

  HttpResponse<String> attest(Running broker, Challenged challenged) {
    return attest(broker, challenged.cookie(), evidence(challenged));
  }

  static HttpResponse<String> attest(Running broker, String cookie, JsonObject body) {
    return broker.send("POST", "/kbs/v0/attest", Json.write(body), "Cookie", cookie);
  }

  /** The token of a whole handshake. */
  String token(Running broker) {
    var answer = attest(broker, auth(broker));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Running.json(answer).requireString("token").orThrow();
  }

  static HttpResponse<String> get(Running broker, String cookie, String resource) {
    return broker.get(cookie, resource);
  }

  static HttpResponse<String> bearer(Running broker, String token, String resource) {
    return broker.send(
        "GET", "/kbs/v0/resource/" + resource, new byte[0], "Authorization", "Bearer " + token);
  }

  String opened(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try (var secret = Jwe.open(Running.json(answer), key).orThrow()) {
      return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
