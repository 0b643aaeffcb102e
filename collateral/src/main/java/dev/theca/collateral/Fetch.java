package dev.theca.collateral;

import dev.theca.evidence.CollateralSource;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One GET with limits on time and size. What arrives is not trusted. */
final class Fetch {
  private static final int MAX = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Follows no redirect to plain text; certificates of https are checked as everywhere. */
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /** A body, and the issuer chain that came in a header, as PEM; empty without one. */
  record Answer(byte[] body, String chain) {}

  Outcome<Answer> get(URI uri, String chainHeader) {
    try {
      var response =
          http.send(
              HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        byte[] body = in.readNBytes(MAX + 1);
        if (response.statusCode() != 200)
          return missing("an answer of 200 from " + uri, said(response.statusCode()));
        if (body.length > MAX) return missing("at most " + MAX + " bytes from " + uri, "more");
        String chain =
            chainHeader.isEmpty() ? "" : response.headers().firstValue(chainHeader).orElse("");
        return Outcome.granted(new Answer(body, URLDecoder.decode(chain, StandardCharsets.UTF_8)));
      }
    } catch (IOException | IllegalArgumentException e) {
      return missing("an answer from " + uri, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return missing("an answer from " + uri, "an interruption");
    }
  }

  private static String said(int status) {
    return switch (status) {
      case 404 -> "404: the service does not know this platform";
      case 410 -> "410: no longer served";
      case 429 -> "429: too many requests; keep a cache";
      default -> status + "";
    };
  }

  private static <T> Outcome<T> missing(String expected, String found) {
    return CollateralSource.missing("collateral", expected, found);
  }
}
