package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http2Test {
  private static final Deadlines SHORT =
      new Deadlines(
          Duration.ofSeconds(9),
          Duration.ofSeconds(2),
          Duration.ofMillis(1500),
          Duration.ofMillis(800),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2));

  @TempDir Path folder;
  private final Pki pki = new Pki("Authority");

  private Front front(Bounds bounds, Handler handler) throws IOException {
    return FrontTest.start(config(bounds), handler);
  }

  private FrontConfig config(Bounds bounds) throws IOException {
    return patient(bounds).withDeadlines(SHORT);
  }

  private FrontConfig patient(Bounds bounds) throws IOException {
    pki.leaf("server").write(folder.resolve("c"), folder.resolve("k"));
    return FrontConfig.plain("h2", "127.0.0.1:0")
        .withTls(TlsSettings.of(folder.resolve("c"), folder.resolve("k")))
        .withBounds(bounds);
  }

  private HttpClient client() {
    return HttpClient.newBuilder().sslContext(pki.client()).build();
  }

  private static HttpRequest post(Front front, HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(URI.create(front.url() + "/a")).POST(body).build();
  }

  @Test
  void a_stream_whose_body_drips_is_ended_while_others_of_its_connection_are_served()
      throws Exception {
    var metrics = dev.theca.broker.meter.Metrics.standard();
    var parts =
        new FrontParts(
            r -> Answer.text("ok"),
            RateLimiter.unlimited(),
            metrics,
            dev.theca.broker.meter.Tracer.NONE);
    try (var front = Front.start(config(Bounds.DEFAULT), parts).orThrow();
        var client = client()) {
      var dripping =
          new InputStream() {
            @Override
            public int read() {
              SlowClientTest.pause(100);
              return 'a';
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
              bytes[from] = (byte) read();
              return 1;
            }
          };
      var warm =
          client.send(
              post(front, HttpRequest.BodyPublishers.ofString("x")),
              HttpResponse.BodyHandlers.ofString());
      assertThat(warm.version()).isEqualTo(HttpClient.Version.HTTP_2);
      var slow =
          client.sendAsync(
              post(front, HttpRequest.BodyPublishers.ofInputStream(() -> dripping)),
              HttpResponse.BodyHandlers.ofString());
      for (int i = 0; i < 20; i++)
        assertThat(
                client
                    .send(
                        post(front, HttpRequest.BodyPublishers.ofString("x")),
                        HttpResponse.BodyHandlers.ofString())
                    .body())
            .isEqualTo("ok");
      try {
        // This client tells an answer only when its own body is sent: ask the server's counts. A
        // server that was slow to read its frames has been seen to count two.
        org.assertj.core.api.Assertions.assertThatCode(
                () -> SlowClientTest.waitFor(() -> metrics.text().contains("{status=\"408\"} ")))
            .as(() -> metrics.text())
            .doesNotThrowAnyException();
        var after =
            client.send(
                post(front, HttpRequest.BodyPublishers.ofString("x")),
                HttpResponse.BodyHandlers.ofString());
        assertThat(after.body()).isEqualTo("ok");
        assertThat(slow).isNotCompletedExceptionally();
      } finally {
        client.shutdownNow(); // closing it would wait for the end of the body
      }
    }
  }

  @Test
  void a_body_beyond_the_limit_is_413_and_an_idle_connection_is_closed() throws Exception {
    try (var front = front(Bounds.DEFAULT, r -> Answer.text("ok"));
        var client = client()) {
      var answer =
          client.send(
              post(front, HttpRequest.BodyPublishers.ofByteArray(new byte[(2 << 20) + 1])),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(413);
      Raw.problem(answer.body());
      SlowClientTest.waitFor(() -> front.connections() == 0);
    }
  }

  @Test
  void streams_beyond_the_bound_of_requests_are_503() throws Exception {
    var most = new AtomicInteger();
    var now = new AtomicInteger();
    var go = new CountDownLatch(1);
    try (var front =
            FrontTest.start(
                patient(new Bounds(10, 3, 1 << 20, 16 << 10, 1 << 20)),
                r -> {
                  if (r.method().equals("GET")) return Answer.text("ok");
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  SlowClientTest.await(go);
                  now.decrementAndGet();
                  return Answer.text("ok");
                });
        var client = client()) {
      client.send(
          HttpRequest.newBuilder(URI.create(front.url() + "/a")).build(),
          HttpResponse.BodyHandlers.ofString());
      var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (int i = 0; i < 20; i++)
        answers.add(
            client.sendAsync(
                post(front, HttpRequest.BodyPublishers.noBody()),
                HttpResponse.BodyHandlers.ofString()));
      SlowClientTest.waitFor(
          () -> answers.stream().filter(CompletableFuture::isDone).count() >= 17);
      go.countDown();
      var statuses = answers.stream().map(a -> a.join().statusCode()).toList();
      assertThat(statuses.stream().filter(status -> status == 200)).hasSize(3);
      assertThat(statuses.stream().filter(status -> status == 503)).hasSize(17);
      assertThat(most.get()).isEqualTo(3);
    }
  }

  @Test
  void half_a_frame_is_not_waited_for() throws Exception {
    try (var front =
            FrontTest.start(
                FrontConfig.plain("h2c", "127.0.0.1:0").withDeadlines(SHORT), r -> Answer.empty());
        var raw = new Raw(front)) {
      raw.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      raw.socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0});
      assertThat(raw.socket.getInputStream().readAllBytes()).isNotNull();
      SlowClientTest.waitFor(() -> front.connections() == 0);
    }
  }
}
