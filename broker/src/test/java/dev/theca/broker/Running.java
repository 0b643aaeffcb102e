package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A whole broker over HTTP, as a client of the field sees it. */
final class Running implements AutoCloseable {
  final HttpClient http = HttpClient.newHttpClient();
  final Jwk key = Jwk.generate("P-256");
  private final Service.Running service;
  final String token;
  final String config;

  Running(String toml) throws IOException {
    this(toml, Broker.start(Toml.parse(toml).orThrow()));
  }

  /** One that runs here or elsewhere. */
  Running(String toml, Service.Running running) throws IOException {
    config = toml;
    service = running;
    token = Files.readString(Path.of(boot("admin_token_file")));
  }

  String boot(String name) {
    return service.boot().string(name).orElseThrow();
  }

  HttpResponse<String> send(String method, String path, byte[] body, String header, String value) {
    var request =
        HttpRequest.newBuilder(URI.create(boot("url") + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!value.isEmpty()) request.header(header, value);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  /** A request without body; names and values of headers in turn. */
  HttpResponse<String> http(String method, String path, List<String> headers) {
    return http(method, path, "", headers);
  }

  HttpResponse<String> http(String method, String path, String body, List<String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create(boot("url") + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .headers(headers.toArray(String[]::new));
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  /** What a server says to a request line that no library would write. */
  String rawGet(String target, String... headers) {
    return raw("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + lines(headers) + "\r\n");
  }

  private static String lines(String... headers) {
    var text = new StringBuilder("Connection: close\r\n");
    for (String header : headers) text.append(header).append("\r\n");
    return text.toString();
  }

  /** Everything until the server closes. */
  String raw(String text) {
    var url = URI.create(boot("url"));
    try (var socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> admin(String method, String path, String body) {
    return send(
        method, path, body.getBytes(StandardCharsets.UTF_8), "Authorization", "Bearer " + token);
  }

  /** What the management listener tells of itself. */
  String metrics() {
    return management("/metrics");
  }

  String management(String path) {
    try {
      var request = HttpRequest.newBuilder(URI.create(boot("management") + path)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(path, e);
    }
  }

  static JsonObject json(HttpResponse<String> answer) {
    return Json.object(answer.body().getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  static String code(HttpResponse<String> answer) {
    return json(answer).object("refusal").flatMap(r -> r.string("code")).orElse("none");
  }

  /** Session cookie and answer of one handshake. */
  record Attested(String cookie, HttpResponse<String> answer) {
    String token() {
      return json(answer).requireString("token").orThrow();
    }
  }

  Attested attest(Provisioning.Enclave enclave) {
    byte[] hello =
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}"
            .getBytes(StandardCharsets.UTF_8);
    var challenge = send("POST", "/kbs/v0/auth", hello, "", "");
    assertThat(challenge.statusCode()).as(challenge.body()).isEqualTo(200);
    String cookie = challenge.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
    String nonce = json(challenge).requireString("nonce").orThrow();
    byte[] evidence = Json.write(enclave.evidence(nonce, key));
    return new Attested(cookie, send("POST", "/kbs/v0/attest", evidence, "Cookie", cookie));
  }

  HttpResponse<String> get(String cookie, String resource) {
    return send("GET", "/kbs/v0/resource/" + resource, new byte[0], "Cookie", cookie);
  }

  String opened(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try (var secret = Jwe.open(json(answer), key).orThrow()) {
      return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    http.close();
    try {
      service.end().close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
