package dev.theca.broker.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Front;
import dev.theca.broker.http.FrontConfig;
import dev.theca.broker.http.FrontParts;
import dev.theca.broker.http.Management;
import dev.theca.broker.http.RateLimiter;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Pattern LINE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? (\\S+)");

  /** A strict reader of the text format; each series by its name and labels. */
  static Map<String, Double> parsed(String text) {
    assertThat(text).endsWith("\n");
    var values = new TreeMap<String, Double>();
    for (String line : text.split("\n")) {
      if (line.startsWith("# HELP ") || line.matches("# TYPE \\S+ (counter|gauge|histogram)"))
        continue;
      var match = LINE.matcher(line);
      assertThat(match.matches()).as(line).isTrue();
      String key = match.group(1) + (match.group(2) == null ? "" : match.group(2));
      String number = match.group(3).equals("+Inf") ? "Infinity" : match.group(3);
      assertThat(values.put(key, Double.parseDouble(number))).as("twice: " + key).isNull();
    }
    return values;
  }

  @Test
  void counters_start_at_zero_and_count() {
    var metrics = Metrics.standard();
    assertThat(parsed(metrics.text())).containsEntry("kbs_auth_requests_total", 0.0);
    for (int i = 0; i < 5; i++) metrics.count("kbs_auth_requests_total");
    metrics.count("kbs_attestation_successes_total", "tee_type", "sgx");
    assertThat(parsed(metrics.text()))
        .containsEntry("kbs_auth_requests_total", 5.0)
        .containsEntry("kbs_attestation_successes_total{tee_type=\"sgx\"}", 1.0)
        .doesNotContainKey("kbs_attestation_successes_total");
  }

  @Test
  void histograms_are_cumulative() {
    var metrics = Metrics.standard();
    for (double value : new double[] {0.0001, 0.0005, 0.002, 0.6, 30})
      metrics.observe("kbs_http_request_duration_seconds", value);
    var values = parsed(metrics.text());
    String name = "kbs_http_request_duration_seconds";
    assertThat(values)
        .containsEntry(name + "_bucket{le=\"0.0005\"}", 2.0)
        .containsEntry(name + "_bucket{le=\"0.001\"}", 2.0)
        .containsEntry(name + "_bucket{le=\"0.005\"}", 3.0)
        .containsEntry(name + "_bucket{le=\"1\"}", 4.0)
        .containsEntry(name + "_bucket{le=\"+Inf\"}", 5.0)
        .containsEntry(name + "_count", 5.0);
    assertThat(values.get(name + "_sum"))
        .isCloseTo(30.6026, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void label_values_are_escaped_and_bounded_in_number() {
    var metrics = new Metrics(Metrics.ResourcePaths.OFF, 10);
    metrics.count("kbs_plugin_requests_total", "plugin_name", "a\"b\\c\nd");
    for (int i = 0; i < 1000; i++)
      metrics.count("kbs_plugin_requests_total", "plugin_name", "p" + i);
    var values = parsed(metrics.text());
    assertThat(values).containsKey("kbs_plugin_requests_total{plugin_name=\"a\\\"b\\\\c\\nd\"}");
    assertThat(values.keySet().stream().filter(k -> k.startsWith("kbs_plugin_requests_total")))
        .hasSize(11);
    assertThat(values).containsEntry("kbs_plugin_requests_total{plugin_name=\"other\"}", 991.0);
  }

  @Test
  void names_of_resources_are_told_only_where_that_is_chosen() {
    for (var choice : Metrics.ResourcePaths.values()) {
      var metrics = new Metrics(choice, 10);
      metrics.count("kbs_resource_reads_total", "resource_path", "default/key/1");
      String text = metrics.text();
      assertThat(
              parsed(text).entrySet().stream()
                  .filter(e -> e.getKey().startsWith("kbs_resource_reads"))
                  .mapToDouble(Map.Entry::getValue)
                  .sum())
          .isEqualTo(1.0);
      assertThat(text.contains("default/key/1")).isEqualTo(choice == Metrics.ResourcePaths.PLAIN);
      assertThat(text.contains("kbs_resource_reads_total{resource_path="))
          .isEqualTo(choice != Metrics.ResourcePaths.OFF);
    }
  }

  @Test
  void counting_from_many_threads_loses_nothing() throws Exception {
    var metrics = Metrics.standard();
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 16; t++) {
        String tee = "t" + t % 4;
        threads.submit(
            () -> {
              for (int i = 0; i < 10_000; i++)
                metrics.count("kbs_attestation_successes_total", "tee_type", tee);
            });
      }
    }
    assertThat(parsed(metrics.text()))
        .containsEntry("kbs_attestation_successes_total{tee_type=\"t3\"}", 40_000.0);
  }

  @Test
  void the_management_listener_tells_metrics_and_readiness_and_sizes_are_in_their_own_histograms()
      throws Exception {
    var metrics = Metrics.standard();
    var ready = new AtomicBoolean();
    metrics.build("1.0", "abc", "2026-11-21");
    var parts =
        new FrontParts(
            r -> Answer.bytes("a/b", new byte[600]), RateLimiter.unlimited(), metrics, Tracer.NONE);
    try (var front = Front.start(FrontConfig.plain("public", "127.0.0.1:0"), parts).orThrow();
        var management =
            Front.start(
                    FrontConfig.plain("management", "127.0.0.1:0"),
                    FrontParts.of(new Management(metrics::text, ready::get)))
                .orThrow();
        var client = HttpClient.newHttpClient()) {
      metrics.gauge("kbs_http_active_connections", "Open", Map.of(), front::connections);
      ask(client, front.url() + "/kbs/v0/x", "12345");
      ask(client, front.url() + "/elsewhere", "12345");
      var values = parsed(ask(client, management.url() + "/metrics", "").body());
      assertThat(values)
          .containsEntry("kbs_http_requests_total", 1.0)
          .containsEntry("kbs_http_request_size_bytes_sum", 5.0)
          .containsEntry("kbs_http_response_size_bytes_sum", 600.0)
          .containsEntry("kbs_http_response_size_bytes_bucket{le=\"512\"}", 0.0)
          .containsEntry("kbs_http_response_size_bytes_bucket{le=\"2048\"}", 1.0)
          .containsEntry("theca_broker_http_answers_total{status=\"200\"}", 2.0)
          .containsEntry("kbs_http_active_connections", 1.0)
          .containsEntry(
              "kbs_build_info{build_date=\"2026-11-21\",git_hash=\"abc\",version=\"1.0\"}", 1.0);
      assertThat(ask(client, management.url() + "/readyz", "").statusCode()).isEqualTo(503);
      ready.set(true);
      assertThat(ask(client, management.url() + "/readyz", "").statusCode()).isEqualTo(200);
      assertThat(ask(client, management.url() + "/metrics", "x").statusCode()).isEqualTo(405);
    }
  }

  private static HttpResponse<String> ask(HttpClient client, String url, String body)
      throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).version(HttpClient.Version.HTTP_1_1);
    if (!body.isEmpty()) request.POST(HttpRequest.BodyPublishers.ofString(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_collector_gets_metrics_and_spans_that_continue_the_callers_trace() throws Exception {
    BlockingQueue<Map.Entry<String, JsonObject>> got = new LinkedBlockingQueue<>();
    var collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          got.add(Map.entry(exchange.getRequestURI().getPath(), Json.object(body).orThrow()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    try {
      var metrics = Metrics.standard();
      metrics.observe("kbs_http_request_duration_seconds", 0.002);
      var spans = new Spans(16, 0, InstantSource.system());
      String trace = "0af7651916cd43dd8448eb211c80319c";
      spans.root(
          "http",
          "00-" + trace + "-b7ad6b7169203331-01",
          () -> spans.stage("attest", () -> "done"));
      spans.root("unsampled", "00-" + trace + "-b7ad6b7169203331-00", () -> 1);
      spans.root("nobody asked", "", () -> 1);
      var endpoint = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/");
      try (var exporter =
          OtlpExporter.start(
              endpoint,
              metrics,
              Optional.of(spans),
              Duration.ofMillis(50),
              InstantSource.system())) {
        assertThat(exporter).isNotNull();
        Map.Entry<String, JsonObject> message;
        do message = got.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.getKey().equals("/v1/traces"));
        assertThat(message).isNotNull();
        String text = Json.text(message.getValue());
        assertThat(text).contains(trace, "\"attest\"", "\"parentSpanId\":\"b7ad6b7169203331\"");
        assertThat(text).doesNotContain("unsampled", "nobody asked");
        do message = got.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.getKey().equals("/v1/metrics"));
        assertThat(message).isNotNull();
        assertThat(Json.text(message.getValue()))
            .contains(
                "\"resourceMetrics\"",
                "\"bucketCounts\":[\"0\",\"0\",\"1\",\"0\",\"0\",\"0\",\"0\",\"0\"]");
      }
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void a_full_queue_drops_spans_and_never_waits() {
    var spans = new Spans(4, 1, InstantSource.system());
    for (int i = 0; i < 10; i++) spans.root("r", "", () -> 1);
    assertThat(spans.dropped()).isEqualTo(6);
  }

  @Test
  void malformed_trace_parents_count_as_none() {
    for (String bad :
        new String[] {
          "00",
          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
          "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
          "x".repeat(1000),
        }) assertThat(TraceParent.parse(bad)).as(bad).isEmpty();
  }
}
