package dev.theca.cli.seal.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobServerTest {
  private static final String TOKEN = "a-token-of-the-test";
  private final CountDownLatch gate = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private JobServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        JobServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Secret.moveFrom(TOKEN.getBytes(StandardCharsets.US_ASCII)),
            this::seal,
            2);
  }

  @AfterEach
  void end() {
    gate.countDown();
    server.close();
    client.close();
  }

  private Outcome<JsonObject> seal(JobSpec spec, Progress progress) {
    var layer = new Descriptor("layer", Digest.sha256(new byte[1]), 100, Map.of());
    progress.blob(layer, Progress.Step.MOVED, 40);
    switch (spec.source()) {
      case "slow" -> {
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException("stopped", e);
        }
      }
      case "bad" -> {
        return Outcome.refused(Code.of("image-missing"), "image", "one", "none", "push it");
      }
      case "nameless" ->
          throw new dev.theca.wire.RefusedException(
              java.util.List.of(
                  new dev.theca.wire.Refusal(
                      Code.of("image-name"), "name", "one", "none", "correct it")));
      case "broken" -> throw new IllegalStateException("disk full at /secret/place");
      default -> {}
    }
    return Outcome.granted(JsonObject.builder().put("digest", "sha256:x").build());
  }

  private HttpResponse<String> ask(String method, String path, String body, String token)
      throws IOException, InterruptedException {
    var at = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    return client.send(
        HttpRequest.newBuilder(at)
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> response) {
    return Json.object(response.body().getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private String submit(String source) throws IOException, InterruptedException {
    var made =
        ask(
            "POST",
            "/theca/v1/jobs",
            "{\"source\":\"" + source + "\",\"destination\":\"r.example/a:1\"}",
            TOKEN);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(202);
    return json(made).string("id").orElseThrow();
  }

  private static void wait(BooleanSupplier until) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!until.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not so after 60 s").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private String state(String id) {
    try {
      return json(ask("GET", "/theca/v1/jobs/" + id, "", TOKEN)).string("state").orElseThrow();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_job_runs_and_tells_what_it_made() throws Exception {
    String id = submit("good");
    wait(() -> state(id).equals("done"));
    var job = json(ask("GET", "/theca/v1/jobs/" + id, "", TOKEN));
    assertThat(job.object("image").orElseThrow().string("digest")).contains("sha256:x");
    assertThat(Json.text(job)).contains("\"moved_bytes\":40");
  }

  @Test
  void a_refusal_reaches_whoever_asked_and_a_fault_keeps_its_words() throws Exception {
    String bad = submit("bad");
    wait(() -> state(bad).equals("refused"));
    assertThat(ask("GET", "/theca/v1/jobs/" + bad, "", TOKEN).body())
        .contains("image-missing", "push it");
    String nameless = submit("nameless");
    wait(() -> state(nameless).equals("refused"));
    String broken = submit("broken");
    wait(() -> state(broken).equals("failed"));
    assertThat(ask("GET", "/theca/v1/jobs/" + broken, "", TOKEN).body())
        .doesNotContain("/secret/place");
  }

  @Test
  void a_running_job_is_cancelled_and_makes_room() throws Exception {
    String first = submit("slow");
    String second = submit("slow");
    wait(() -> state(first).equals("running") && state(second).equals("running"));
    String third = submit("good");
    assertThat(state(third)).isEqualTo("waiting");
    assertThat(ask("DELETE", "/theca/v1/jobs/" + first, "", TOKEN).statusCode()).isEqualTo(200);
    wait(() -> state(third).equals("done"));
    assertThat(state(first)).isEqualTo("cancelled");
    assertThat(ask("DELETE", "/theca/v1/jobs/" + third, "", TOKEN).statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a-token-of-the-tes", "a-token-of-the-test2", "A-token-of-the-test"})
  void without_the_token_nothing_is_told(String token) throws Exception {
    for (String path : new String[] {"/theca/v1/jobs", "/theca/v1/jobs/x", "/anything"})
      assertThat(ask("GET", path, "", token).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"source\":\"a\"}",
        "{\"source\":\"a\",\"destination\":\"b\",\"key\":\"c\"}",
        "{\"source\":\"a\",\"destination\":\"b\",\"recipients\":\"c\"}",
        "{\"source\":\"\",\"destination\":\"b\"}",
        "{\"source\":\"a\\nb\",\"destination\":\"b\"}",
        "{\"source\":\"a\",\"source\":\"a\",\"destination\":\"b\"}"
      })
  void a_broken_job_is_refused(String body) throws Exception {
    assertThat(ask("POST", "/theca/v1/jobs", body, TOKEN).statusCode()).isEqualTo(400);
  }

  @Test
  void an_endless_body_is_refused_and_the_queue_has_an_end() throws Exception {
    assertThat(
            ask("POST", "/theca/v1/jobs", "{\"source\":\"" + "a".repeat(100_000), TOKEN)
                .statusCode())
        .isEqualTo(400);
    for (int i = 0; i < 100; i++) {
      var unused = submit("slow");
    }
    var more = ask("POST", "/theca/v1/jobs", "{\"source\":\"slow\",\"destination\":\"b\"}", TOKEN);
    assertThat(more.statusCode()).isEqualTo(503);
    assertThat(more.body()).contains("seal-busy");
  }
}
