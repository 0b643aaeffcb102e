package dev.theca.cli.seal.jobs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Seals images for whoever holds the admin token: {@code POST /theca/v1/jobs}, {@code GET
 * /theca/v1/jobs[/ID]}, {@code DELETE /theca/v1/jobs/ID}. Plain HTTP: it belongs on loopback or
 * behind a proxy that speaks TLS.
 */
public final class JobServer implements AutoCloseable {
  private static final String PATH = "/theca/v1/jobs";
  private static final int GRACE_SECONDS = 1;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Jobs jobs;
  private final Secret token;

  private JobServer(HttpServer http, Jobs jobs, Secret token) {
    this.http = http;
    this.jobs = jobs;
    this.token = token;
  }

  /**
   * Listens; {@code atOnce} images are sealed side by side. The token is closed with the server.
   */
  public static JobServer start(
      InetSocketAddress listen, Secret token, Jobs.Sealing sealing, int atOnce) throws IOException {
    var http = HttpServer.create(listen, 64);
    var server = new JobServer(http, new Jobs(sealing, InstantSource.system(), atOnce), token);
    http.createContext("/", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  public InetSocketAddress address() {
    return http.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/healthz")) {
        send(exchange, 200, JsonObject.builder().put("state", "ready").build());
        return;
      }
      if (!allowed(exchange)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        refuse(exchange, 401, "seal-token", "authorization", "the admin token", "none, or another");
        return;
      }
      if (path.equals(PATH)) collection(exchange);
      else if (path.startsWith(PATH + "/")) one(exchange, path.substring(PATH.length() + 1));
      else refuse(exchange, 404, "seal-path", "path", PATH + "[/ID]", "another");
    }
  }

  private boolean allowed(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Bearer ")) return false;
    byte[] shown = header.substring(7).getBytes(StandardCharsets.UTF_8);
    return token.lend(wanted -> MessageDigest.isEqual(wanted, shown));
  }

  private void collection(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "GET" -> send(exchange, 200, jobs.json());
      case "POST" -> {
        byte[] body = exchange.getRequestBody().readNBytes(JobSpec.MAX_BYTES + 1);
        switch (JobSpec.parse(body).then(jobs::submit)) {
          case Outcome.Granted<Job>(var job) -> {
            exchange.getResponseHeaders().set("Location", PATH + "/" + job.id());
            send(exchange, 202, job.json());
          }
          case Outcome.Refused<Job>(var reasons) ->
              refuse(
                  exchange,
                  reasons.getFirst().code().id().equals("seal-busy") ? 503 : 400,
                  reasons);
        }
      }
      default -> refuse(exchange, 405, "seal-method", "method", "GET or POST", "another");
    }
  }

  private void one(HttpExchange exchange, String id) throws IOException {
    var job = jobs.find(id);
    if (job.isEmpty()) {
      refuse(exchange, 404, "seal-job-missing", "job", "one that is remembered", "none");
      return;
    }
    switch (exchange.getRequestMethod()) {
      case "GET" -> send(exchange, 200, job.get().json());
      case "DELETE" -> {
        if (job.get().cancel()) send(exchange, 200, job.get().json());
        else refuse(exchange, 409, "seal-job-over", "job", "one under way", "one that is over");
      }
      default -> refuse(exchange, 405, "seal-method", "method", "GET or DELETE", "another");
    }
  }

  private static void refuse(
      HttpExchange exchange, int status, String code, String what, String expected, String found)
      throws IOException {
    refuse(
        exchange,
        status,
        List.of(
            new Refusal(Code.of(code), what, expected, found, "see 'theca seal serve --help'")));
  }

  private static void refuse(HttpExchange exchange, int status, List<Refusal> reasons)
      throws IOException {
    var list = reasons.stream().<JsonValue>map(RefusalJson::write).toList();
    send(exchange, status, JsonObject.builder().put("reasons", new JsonArray(list)).build());
  }

  private static void send(HttpExchange exchange, int status, JsonObject json) throws IOException {
    byte[] body = Json.write(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    http.stop(GRACE_SECONDS);
    jobs.close();
    threads.close();
    token.close();
  }
}
