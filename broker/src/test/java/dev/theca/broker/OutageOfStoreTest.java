package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.TestPostgres;
import dev.theca.forge.SgxPlatform.Knobs;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageOfStoreTest {
  /** The patience of the store, and what a busy machine takes. */
  private static final long BOUND_MILLIS = 30_000;

  @TempDir Path folder;

  private static int management(Running broker, String path) {
    var request = HttpRequest.newBuilder(URI.create(broker.boot("management") + path)).build();
    try {
      return broker.http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void unavailable(List<Supplier<HttpResponse<String>>> calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<Future<?>>();
      for (var call : calls) done.add(threads.submit(() -> unavailable(call)));
      for (var one : done) {
        Object unused = one.get();
      }
    }
  }

  private static void unavailable(Supplier<HttpResponse<String>> call) {
    long start = System.nanoTime();
    var answer = call.get();
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(BOUND_MILLIS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after").orElse("")).matches("[0-9]+");
    assertThat(Running.json(answer).string("detail").orElse("")).contains("database");
  }

  private static void soon(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(100);
    }
  }

  @Test
  void without_its_database_a_broker_says_so_and_with_it_goes_on_where_it_was() throws Exception {
    try (var server = TestPostgres.start();
        var platform = new Provisioning(Knobs.good());
        var broker = new Scene(folder, platform).postgres(server.database()).provisioned()) {
      var guest = new Guest(platform);
      var attested = Guest.auth(broker);
      Scene.done(guest.attest(broker, attested));
      var waiting = Guest.auth(broker);
      Scene.done(Guest.get(broker, attested.cookie(), "default/key/one"));
      assertThat(management(broker, "/readyz")).isEqualTo(200);
      server.stop();
      var other = new Guest(platform);
      unavailable(
          List.of(
              () -> other.attest(broker, waiting),
              () -> Guest.get(broker, attested.cookie(), "default/key/one"),
              () -> broker.admin("POST", "/kbs/v0/resource/default/key/two", "x"),
              () -> broker.admin("GET", "/theca/v1/audit", ""),
              () -> broker.admin("POST", "/theca/v1/signing-key/rotate", "")));
      assertThat(Guest.hello(broker).statusCode()).as("challenges need no database").isEqualTo(200);
      assertThat(management(broker, "/readyz")).isEqualTo(503);
      assertThat(management(broker, "/healthz")).isEqualTo(200);
      assertThat(broker.http("GET", "/healthz", List.of("Accept", "*/*")).statusCode())
          .isEqualTo(200);
      server.again();
      soon(() -> management(broker, "/readyz") == 200);
      soon(() -> Guest.get(broker, attested.cookie(), "default/key/one").statusCode() == 200);
      assertThat(guest.opened(Guest.get(broker, attested.cookie(), "default/key/one")))
          .isEqualTo(Scene.SECRET);
      Scene.done(other.attest(broker, waiting));
      Scene.done(broker.admin("POST", "/kbs/v0/resource/default/key/two", "x"));
    }
  }
}
