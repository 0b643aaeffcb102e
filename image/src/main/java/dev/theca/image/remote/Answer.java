package dev.theca.image.remote;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;

/** An answer whose body has not been read yet. Closing it gives up the rest. */
final class Answer implements AutoCloseable {
  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final int MAX_DRAINED_BYTES = 16 << 10;
  private static final int MAX_SHOWN_CHARS = 200;

  private final int status;
  private final HttpHeaders headers;
  private final URI uri;
  private final Body body;

  Answer(int status, HttpHeaders headers, URI uri, Body body) {
    this.status = status;
    this.headers = headers;
    this.uri = uri;
    this.body = body;
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Where it came from, after redirects. */
  URI uri() {
    return uri;
  }

  InputStream body() {
    return body;
  }

  /** The first bytes of the body, at most {@code most + 1} of them, within the time given. */
  byte[] bytes(int most, Duration limit) throws IOException {
    body.within(limit);
    return body.readNBytes(most + 1);
  }

  /** Reads a short rest so that the connection can be used again. */
  void drain(Duration limit) {
    try (body) {
      byte[] unused = bytes(MAX_DRAINED_BYTES, limit);
    } catch (IOException e) {
      return; // nobody wants its rest
    }
  }

  /** Status and the registry's own words (distribution-spec, "Error Codes"), made harmless. */
  String said(Duration limit) {
    var words = new StringBuilder("status ").append(status);
    try (body) {
      var json = Json.object(bytes(MAX_ERROR_BYTES, limit));
      if (!json.isGranted()) return words.toString();
      for (JsonValue item : json.orThrow().array("errors").orElse(List.of()))
        if (item instanceof JsonObject one && words.length() < MAX_SHOWN_CHARS)
          words
              .append(", ")
              .append(one.string("code").orElse("?"))
              .append(": ")
              .append(one.string("message").orElse("?"));
    } catch (IOException e) {
      return "status " + status;
    }
    return words.substring(0, Math.min(words.length(), MAX_SHOWN_CHARS)).replaceAll("[^ -~]", "?");
  }

  @Override
  public void close() {
    body.close();
  }
}
