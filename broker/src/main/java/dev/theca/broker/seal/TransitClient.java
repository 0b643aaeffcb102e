package dev.theca.broker.seal;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Posts to a Transit engine. Tries again when the service is busy, sealed or cannot be reached;
 * encrypting twice does no harm.
 */
final class TransitClient implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 64 << 10;

  private final TransitSettings settings;
  private final HttpClient http;

  TransitClient(TransitSettings settings) {
    this.settings = settings;
    var builder =
        HttpClient.newBuilder()
            .connectTimeout(settings.timeout())
            .followRedirects(HttpClient.Redirect.NEVER);
    settings.roots().ifPresent(pem -> builder.sslContext(Roots.only(pem)));
    http = builder.build();
  }

  /** The answer's body; {@code body} is zeroed. */
  byte[] post(String operation, String context, byte[] body) {
    try {
      String last = "";
      for (int attempt = 0; ; attempt++) {
        try {
          var answer = http.send(request(operation, body), limited());
          if (answer.statusCode() == 200) return answer.body();
          last = answer.statusCode() + " " + errors(answer.body());
          Arrays.fill(answer.body(), (byte) 0);
          if (!passing(answer.statusCode()))
            throw refused(operation, context, answer.statusCode(), last);
        } catch (IOException e) {
          last = e.getClass().getSimpleName() + " " + e.getMessage();
          if (attempt == settings.pauses().size()) throw down(last, e);
        }
        if (attempt == settings.pauses().size()) throw down(last, new IOException(last));
        pause(settings.pauses().get(attempt));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw down("interrupted", e);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private HttpRequest request(String operation, byte[] body) {
    var uri =
        URI.create(
            settings.address().getScheme()
                + "://"
                + settings.address().getRawAuthority()
                + "/v1/"
                + settings.mount()
                + "/"
                + operation
                + "/"
                + settings.key());
    var builder =
        HttpRequest.newBuilder(uri)
            .timeout(settings.timeout())
            .header("Content-Type", "application/json")
            .header("X-Vault-Request", "true")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    settings.namespace().ifPresent(space -> builder.header("X-Vault-Namespace", space));
    // A header of the JDK's client is a String: the token cannot be lent here.
    try (var token = PrivateFile.readLine(settings.tokenFile(), "the token")) {
      builder.header(
          "X-Vault-Token", token.lend(bytes -> new String(bytes, StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException e) {
      throw new SealFault("the token in " + settings.tokenFile() + " is no header value");
    }
    return builder.build();
  }

  private static HttpResponse.BodyHandler<byte[]> limited() {
    return HttpResponse.BodyHandlers.limiting(
        HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES);
  }

  /** 412 and 429 and 5xx: standby, rate limit, sealed (HTTP API, "Status codes"). */
  private static boolean passing(int status) {
    return status == 412 || status == 429 || status >= 500;
  }

  private SealFault refused(String operation, String context, int status, String found) {
    String where = settings.address() + " " + settings.mount() + "/" + settings.key();
    return switch (status) {
      case 401, 403 ->
          new SealFault(
              where
                  + " forbids to "
                  + operation
                  + " ("
                  + found
                  + "); renew the token of "
                  + settings.tokenFile()
                  + ", or let its policy update "
                  + settings.mount()
                  + "/"
                  + operation
                  + "/"
                  + settings.key());
      case 404 ->
          new SealFault(
              where + " does not exist; enable the engine there, or correct mount and key");
      default ->
          new SealFault(
              where
                  + " does not "
                  + operation
                  + " "
                  + context
                  + " ("
                  + found
                  + "): the row is damaged, the key is another of this name, or its type does not match the binding");
    };
  }

  private KeyEncryptionDown down(String found, Exception cause) {
    return new KeyEncryptionDown(
        settings.address() + " cannot be used now (" + found + "); is it up and unsealed?", cause);
  }

  /** The service's own words, of which none is a secret, shortened. */
  private static String errors(byte[] body) {
    if (!(Json.object(body) instanceof Outcome.Granted<JsonObject>(var answer))) return "";
    String all = String.join(", ", answer.strings("errors").orElse(List.of()));
    String printable = all.replaceAll("[^ -~]", "?");
    return printable.length() > 300 ? printable.substring(0, 300) : printable;
  }

  /** With jitter, so that replicas do not come back together. */
  private static void pause(Duration duration) throws InterruptedException {
    long millis = duration.toMillis();
    Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
