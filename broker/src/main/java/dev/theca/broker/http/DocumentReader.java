package dev.theca.broker.http;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Reads files and HTTPS documents of bounded size within five seconds in all, a body that trickles
 * included. No plain HTTP, no redirects: keys come from the place that was configured. What cannot
 * be read is refused with words, never thrown.
 */
public final class DocumentReader {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient http;
  private final int maxBytes;
  private final Code code;

  /**
   * @param trust the roots to believe; {@code SSLContext.getDefault()} for the system's
   * @param code of the refusals
   */
  public DocumentReader(SSLContext trust, int maxBytes, Code code) {
    this.maxBytes = maxBytes;
    this.code = code;
    http =
        HttpClient.newBuilder()
            .sslContext(trust)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** The document at an address of scheme {@code https} or {@code file}. */
  public Outcome<byte[]> read(URI uri) {
    return switch (uri.getScheme()) {
      case "file" -> file(uri);
      case "https" -> https(uri);
      case null, default -> refused(uri, "an https or file address", "another");
    };
  }

  private Outcome<byte[]> file(URI uri) {
    try (var in = Files.newInputStream(Path.of(uri))) {
      return whole(uri, in);
    } catch (IOException e) {
      return refused(uri, "a readable file", e.getClass().getSimpleName());
    }
  }

  private Outcome<byte[]> https(URI uri) {
    var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    var answer = new CompletableFuture<Outcome<byte[]>>();
    // The client's own timeout ends with the headers; a body that trickles is cut off here.
    var reader = Thread.ofVirtual().start(() -> answer.complete(ask(uri, request)));
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return refused(uri, "an answer within " + PATIENCE.toSeconds() + " s", "none");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused(uri, "an answer", "an interruption");
    } catch (ExecutionException e) {
      throw new IllegalStateException("reading " + uri + " failed", e);
    } finally {
      reader.interrupt();
    }
  }

  private Outcome<byte[]> ask(URI uri, HttpRequest request) {
    try {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var body = answer.body()) {
        if (answer.statusCode() != 200) return refused(uri, "status 200", answer.statusCode() + "");
        return whole(uri, body);
      }
    } catch (IOException e) {
      return refused(uri, "an answer over TLS", e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused(uri, "an answer", "an interruption");
    }
  }

  private Outcome<byte[]> whole(URI uri, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(maxBytes + 1);
    return bytes.length > maxBytes
        ? refused(uri, "at most " + maxBytes + " bytes", "more")
        : Outcome.granted(bytes);
  }

  private <T> Outcome<T> refused(URI uri, String expected, String found) {
    return Outcome.refused(
        code, "document at " + uri, expected, found, "check the address and the network");
  }
}
