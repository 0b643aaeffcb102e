package dev.theca.broker;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The owner's calls to a broker, with its admin token. What the broker refuses is a refusal with
 * its words and the id for {@code theca why}; a broker that does not answer is an {@link
 * UncheckedIOException}. The token goes to the given address alone: redirects are not followed.
 */
public final class BrokerAdmin implements AutoCloseable {
  private static final int MAX_ANSWER = 256 << 20;
  private static final Limits LIMITS = new Limits(64 << 20, 64, 16 << 20, 256);
  private static final int TRIES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final URI base;
  private final Secret token;
  private final HttpClient http;

  /** Over plain HTTP, or TLS with the JDK's authorities. */
  public BrokerAdmin(URI base, Secret token) {
    this(base, token, builder().build());
  }

  /** Over TLS with these authorities. */
  public BrokerAdmin(URI base, Secret token, SSLContext tls) {
    this(base, token, builder().sslContext(tls).build());
  }

  private BrokerAdmin(URI base, Secret token, HttpClient http) {
    this.base = base;
    this.token = token;
    this.http = http;
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5));
  }

  /** The body of the broker's answer, or why there is none. */
  public Outcome<byte[]> ask(AdminCall call) {
    for (int tried = 1; ; tried++) {
      var response = send(call);
      byte[] body = whole(response);
      int status = response.statusCode();
      if (status == 200) return Outcome.granted(body);
      long wait = response.headers().firstValueAsLong("Retry-After").orElse(-1);
      boolean again = (status == 429 || status == 503) && wait >= 0 && wait <= 5;
      if (!again || tried == TRIES || !call.method().equals("GET"))
        return Outcome.refused(refusals(call, status, body));
      pause(wait);
    }
  }

  /** The same for answers that are JSON objects. */
  public Outcome<JsonObject> askJson(AdminCall call) {
    return ask(call).then(body -> Json.object(body, LIMITS));
  }

  /** Stores a resource under {@code repository/type/tag}. */
  public void putResource(String path, byte[] content) {
    var unused = ask(AdminCall.post("kbs/v0/resource", path).with(content)).orThrow();
  }

  /** Registers a message of reference values; brokers take signed ones unless told otherwise. */
  public void registerReferenceValues(JsonObject message) {
    var unused = ask(AdminCall.post("kbs/v0/reference-value").with(Json.write(message))).orThrow();
  }

  /**
   * A part of the audit trail as JSON Lines that verify on their own.
   *
   * @param from the sequence of the first record, from 1
   */
  public byte[] auditTrail(long from) {
    return ask(AdminCall.get("theca/v1/audit").with("from", from + "")).orThrow();
  }

  /** Records of the audit trail, oldest first; at most a page. */
  public List<JsonObject> audit(long from) {
    return new String(auditTrail(from), StandardCharsets.UTF_8)
        .lines()
        .map(line -> Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow())
        .filter(line -> line.string("kind").isPresent())
        .toList();
  }

  /** Why a request was refused. */
  public JsonObject refusal(String id) {
    return askJson(AdminCall.get("theca/v1/refusals", id)).orThrow();
  }

  private HttpResponse<InputStream> send(AdminCall call) {
    String header = token.lend(bytes -> "Bearer " + new String(bytes, StandardCharsets.US_ASCII));
    var request =
        HttpRequest.newBuilder(base.resolve(call.target()))
            .timeout(PATIENCE)
            .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
    if (token.sizeBytes() > 0) request.header("Authorization", header);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("the broker at " + base + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the broker", e);
    }
  }

  private byte[] whole(HttpResponse<InputStream> response) {
    try (var in = response.body()) {
      byte[] body = in.readNBytes(MAX_ANSWER + 1);
      if (body.length > MAX_ANSWER)
        throw new IOException("more than " + MAX_ANSWER + " bytes came back");
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException("the answer of the broker at " + base + " broke off", e);
    }
  }

  private static void pause(long seconds) {
    try {
      Thread.sleep(Duration.ofSeconds(Math.max(1, seconds)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }

  /** What the broker said; its status alone where that is no error of its form. */
  private static List<Refusal> refusals(AdminCall call, int status, byte[] body) {
    var json =
        Json.object(body, LIMITS) instanceof Outcome.Granted<JsonObject>(var read)
            ? read
            : JsonObject.builder().build();
    String id = json.string("id").orElse("");
    var reasons = new ArrayList<Refusal>();
    for (JsonValue value : json.array("reasons").orElse(List.of()))
      if (value instanceof JsonObject reason) reasons.add(RefusalJson.read(reason));
    if (reasons.isEmpty()) json.object("refusal").map(RefusalJson::read).ifPresent(reasons::add);
    if (reasons.isEmpty())
      reasons.add(
          new Refusal(
              Code.of("broker-answer"),
              call.method() + " /" + String.join("/", call.path()),
              "status 200",
              status + json.string("detail").map(words -> ": " + words).orElse(""),
              status >= 500 ? "see the broker's log" : "correct the request"));
    if (!id.isEmpty()) reasons.set(0, pointed(reasons.getFirst(), id));
    return reasons;
  }

  private static Refusal pointed(Refusal first, String id) {
    return new Refusal(
        first.code(),
        first.what(),
        first.expected(),
        first.found(),
        first.next() + " (theca why " + id + ")");
  }

  @Override
  public void close() {
    http.close();
    token.close();
  }
}
