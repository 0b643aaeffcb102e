package dev.theca.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.BrokerAdmin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
  @TempDir static Path home;
  private static RunningBroker broker;
  private static BrokerAdmin admin;
  private static Documents documents;

  @BeforeAll
  static void start() {
    broker = RunningBroker.serve(home, "--state", home + "/state");
    admin = new BrokerAdmin(URI.create(broker.url()), TokenFile.read(Path.of(broker.tokenFile())));
    documents = new Documents(admin);
  }

  @AfterAll
  static void end() {
    admin.close();
    broker.close();
  }

  private static JsonObject numbered(Optional<JsonObject> before) {
    long n = before.flatMap(json -> json.integer("n")).orElse(0L);
    return JsonObject.builder().put("n", n + 1).build();
  }

  @Test
  void a_key_is_made_once_and_never_overwritten() {
    byte[] key = new byte[32];
    assertThat(documents.create("default/key/once", Secret.moveFrom(key.clone())).isGranted())
        .isTrue();
    assertThat(documents.create("default/key/once", Secret.moveFrom(key.clone())).isGranted())
        .isFalse();
  }

  @Test
  void the_same_content_makes_no_new_version() {
    byte[] text = "key".getBytes(StandardCharsets.UTF_8);
    assertThat(documents.publish("default/cosign-key/a", text).orThrow()).isTrue();
    assertThat(documents.publish("default/cosign-key/a", text).orThrow()).isFalse();
    assertThat(documents.publish("default/cosign-key/a", new byte[] {1}).orThrow()).isTrue();
  }

  @Test
  void changes_of_many_at_once_are_all_kept() throws InterruptedException {
    var threads = new ArrayList<Thread>();
    var done = new java.util.concurrent.atomic.AtomicInteger();
    for (int i = 0; i < 4; i++)
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int k = 0; k < 5; k++)
                      if (documents
                          .edit("default/doc/n", d -> Outcome.granted(numbered(d)))
                          .isGranted()) done.incrementAndGet();
                  }));
    for (var thread : threads) thread.join();
    var seen = new JsonObject[1];
    var unused =
        documents.edit(
            "default/doc/n",
            d -> {
              seen[0] = d.orElseThrow();
              return Outcome.granted(d.orElseThrow());
            });
    assertThat(seen[0].integer("n").orElseThrow()).isEqualTo(done.get()).isPositive();
  }
}
