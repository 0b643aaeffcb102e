package dev.theca.broker.token;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * Reads {@code https://} and {@code file://} within five seconds and 1 MiB, without following
 * redirects: where the trust comes from is what the operator wrote.
 */
public final class HttpsFetch implements Fetch {
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient client;

  /**
   * @param tls the roots to believe; {@code SSLContext.getDefault()} for the system's
   */
  public HttpsFetch(SSLContext tls) {
    client =
        HttpClient.newBuilder()
            .sslContext(tls)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public byte[] get(URI address) throws IOException {
    return switch (String.valueOf(address.getScheme())) {
      case "file" -> file(Path.of(address));
      case "https" -> https(address);
      default -> throw new IOException("only https and file are read, not " + address);
    };
  }

  private static byte[] file(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return bounded(in.readNBytes(MAX_BYTES + 1));
    }
  }

  private byte[] https(URI address) throws IOException {
    var request = HttpRequest.newBuilder(address).timeout(PATIENCE).GET().build();
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() != 200)
          throw new IOException(address + " answers " + response.statusCode());
        return bounded(body.readNBytes(MAX_BYTES + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static byte[] bounded(byte[] read) throws IOException {
    if (read.length > MAX_BYTES) throw new IOException("beyond 1 MiB");
    return read;
  }
}
