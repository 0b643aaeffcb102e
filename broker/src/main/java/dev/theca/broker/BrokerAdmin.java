package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * The owner's calls to a broker, with its admin token. A call that is not accepted is a fault with
 * the broker's words.
 */
public final class BrokerAdmin {
  private final URI base;
  private final Secret token;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  public BrokerAdmin(URI base, Secret token) {
    this.base = base;
    this.token = token;
  }

  /** Stores a resource under {@code repository/type/tag}. */
  public void putResource(String path, byte[] content) {
    call("POST", "/kbs/v0/resource/" + path, content);
  }

  /** Registers values under a name, for example {@code sgx_mr_signer}. */
  public void putReferenceValue(String name, List<String> values) {
    byte[] payload = Json.write(JsonObject.builder().put(name, JsonArray.strings(values)).build());
    var message =
        JsonObject.builder()
            .put("version", "0.1.0")
            .put("type", "sample")
            .put("payload", Base64.getEncoder().encodeToString(payload))
            .build();
    call("POST", "/kbs/v0/reference-value", Json.write(message));
  }

  /** The latest decisions, oldest first. */
  public List<JsonValue> audit() {
    return Json.object(
            call("GET", "/theca/v1/audit", new byte[0]),
            dev.theca.wire.json.Limits.DEFAULT.withBytes(16 << 20))
        .orThrow()
        .array("entries")
        .orElse(List.of());
  }

  /** Why a request was refused. */
  public JsonObject refusal(String id) {
    return Json.object(call("GET", "/theca/v1/refusals/" + id, new byte[0])).orThrow();
  }

  private byte[] call(String method, String path, byte[] body) {
    String header = token.lend(bytes -> "Bearer " + new String(bytes, StandardCharsets.US_ASCII));
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", header)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 200) return response.body();
      throw new IllegalStateException(
          "the broker answered "
              + response.statusCode()
              + " to "
              + method
              + " "
              + path
              + ": "
              + new String(response.body(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the broker at " + base + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the broker", e);
    }
  }
}
