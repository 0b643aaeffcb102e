package dev.theca.interop.sign;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** A bounded GET: 404 is an answer, other words of a server are refusals, silence is a fault. */
final class Fetch {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Fetch() {}

  static Outcome<Optional<byte[]>> get(HttpClient http, URI uri, int maxBytes) {
    return get(http, HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build(), maxBytes);
  }

  static Outcome<Optional<byte[]>> get(HttpClient http, HttpRequest request, int maxBytes) {
    var uri = request.uri();
    HttpResponse<InputStream> answer = send(http, request);
    try (var body = answer.body()) {
      if (answer.statusCode() == 404) return Outcome.granted(Optional.empty());
      if (answer.statusCode() != 200) return no(uri, "status 200 or 404", "" + answer.statusCode());
      byte[] bytes = body.readNBytes(maxBytes + 1);
      return bytes.length > maxBytes
          ? no(uri, "at most " + maxBytes + " bytes", "more")
          : Outcome.granted(Optional.of(bytes));
    } catch (IOException e) {
      throw new ImageException("reading " + uri + ": " + e.getMessage(), e);
    }
  }

  static HttpResponse<InputStream> send(HttpClient http, HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new ImageException("asking " + request.uri() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while asking " + request.uri(), e);
    }
  }

  static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).GET();
  }

  static <T> Outcome<T> no(URI uri, String expected, String found) {
    return InteropSignCode.LOOKASIDE.refused(
        "signatures at " + uri, expected, found, "look at the server of the signatures");
  }
}
