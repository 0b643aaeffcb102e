package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  /** Registers a message of reference values; brokers take signed ones unless told otherwise. */
  public void registerReferenceValues(JsonObject message) {
    call("POST", "/kbs/v0/reference-value", Json.write(message));
  }

  /**
   * A part of the audit trail as JSON Lines that verify on their own.
   *
   * @param from the sequence of the first record, from 1
   */
  public byte[] auditTrail(long from) {
    return call("GET", "/theca/v1/audit?from=" + from, new byte[0]);
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
