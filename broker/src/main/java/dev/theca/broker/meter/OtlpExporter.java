package dev.theca.broker.meter;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends metrics, and spans when there are any to be had, to an OpenTelemetry collector: OTLP over
 * HTTP in JSON, from a thread of its own. What cannot be delivered is dropped, counted under {@code
 * theca_broker_otlp_failures_total}, and said once in the log.
 */
public final class OtlpExporter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.broker.meter");
  private static final int BATCH = 512;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient client;
  private final URI endpoint;
  private final Metrics metrics;
  private final Optional<Spans> spans;
  private final Duration every;
  private final InstantSource clock;
  private final long begun;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread sender;
  private boolean failing; // the sender's own

  private OtlpExporter(
      URI endpoint, Metrics metrics, Optional<Spans> spans, Duration every, InstantSource clock) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    this.endpoint = endpoint;
    this.metrics = metrics;
    this.spans = spans;
    this.every = every;
    this.clock = clock;
    this.begun = nanos(clock.instant());
    this.sender = Thread.ofVirtual().name("otlp").unstarted(this::run);
  }

  /**
   * Starts sending.
   *
   * @param endpoint the collector's base, such as {@code http://127.0.0.1:4318}
   */
  public static OtlpExporter start(
      URI endpoint, Metrics metrics, Optional<Spans> spans, Duration every, InstantSource clock) {
    var exporter = new OtlpExporter(endpoint, metrics, spans, every, clock);
    exporter.sender.start();
    return exporter;
  }

  private void run() {
    try {
      while (!stop.await(every.toNanos(), TimeUnit.NANOSECONDS)) export();
      export();
    } catch (InterruptedException e) {
      return;
    }
  }

  private void export() throws InterruptedException {
    send("/v1/metrics", OtlpJson.metrics(metrics.snapshot(), begun, nanos(clock.instant())));
    if (spans.isEmpty()) return;
    while (true) {
      var batch = spans.get().take(BATCH);
      if (batch.isEmpty() || !send("/v1/traces", OtlpJson.spans(batch))) return;
    }
  }

  private boolean send(String path, JsonObject message) throws InterruptedException {
    String base = endpoint.toString().replaceAll("/+$", "");
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(message)))
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() / 100 == 2) {
        failing = false;
        return true;
      }
      failed("status " + answer.statusCode());
    } catch (IOException e) {
      failed(e.getClass().getSimpleName());
    }
    return false;
  }

  private void failed(String reason) {
    metrics.count("theca_broker_otlp_failures_total");
    if (!failing)
      LOG.log(System.Logger.Level.WARNING, "stage=otlp outcome=failed reason=\"{0}\"", reason);
    failing = true;
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  /** Sends what there is once more, for at most the patience of two requests. */
  @Override
  public void close() {
    stop.countDown();
    try {
      if (!sender.join(PATIENCE.multipliedBy(2))) sender.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
