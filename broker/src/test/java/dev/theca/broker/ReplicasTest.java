package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.PostgresSettings;
import dev.theca.broker.store.TestPostgres;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers on one PostgreSQL, and clients whom no balancer keeps with one of them. */
class ReplicasTest {
  private static final String DENY = "package policy\nimport rego.v1\ndefault allow := false\n";

  @TempDir Path folder;
  private Provisioning platform;
  private PostgresSettings database;
  private final List<Running> replicas = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    database = TestPostgres.fresh();
    for (String name : List.of("a", "b", "c")) replicas.add(scene().start(name));
    Scene.provision(replicas.getFirst());
  }

  @AfterEach
  void end() {
    replicas.forEach(Running::close);
    platform.close();
  }

  private Scene scene() {
    return new Scene(folder, platform).postgres(database);
  }

  private Running any() {
    return replicas.get(ThreadLocalRandom.current().nextInt(replicas.size()));
  }

  private static void within(int millis, BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within %s ms", millis).isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void each_step_of_a_handshake_may_be_taken_at_another_replica() {
    for (int i = 0; i < 27; i++) {
      var guest = new Guest(platform);
      var challenged = Guest.auth(replicas.get(i / 9));
      var attested = guest.attest(replicas.get(i / 3 % 3), challenged);
      assertThat(attested.statusCode()).as(attested.body()).isEqualTo(200);
      var last = replicas.get(i % 3);
      assertThat(guest.opened(Guest.get(last, challenged.cookie(), "default/key/one")))
          .isEqualTo(Scene.SECRET);
      String token = Running.json(attested).string("token").orElseThrow();
      assertThat(guest.opened(Guest.bearer(last, token, "default/key/one")))
          .isEqualTo(Scene.SECRET);
      // what one replica knows as answered, all do
      var again = new Guest(platform).attest(replicas.get((i + 1) % 3), challenged);
      assertThat(Running.code(again)).isEqualTo("session-attested");
    }
  }

  @Test
  void what_is_changed_at_one_replica_holds_at_all_within_two_seconds() throws Exception {
    var guest = new Guest(platform);
    var challenged = Guest.auth(any());
    Scene.done(guest.attest(any(), challenged));
    List<Callable<Integer>> all = new ArrayList<>();
    for (Running replica : replicas)
      all.add(() -> Guest.get(replica, challenged.cookie(), "default/key/one").statusCode());
    everywhere(all, 200);
    var a = replicas.getFirst();
    Scene.done(a.admin("PUT", "/theca/v1/policies/tenant/default", DENY));
    everywhere(all, 403);
    Scene.done(replicas.get(1).admin("DELETE", "/theca/v1/policies/tenant/default", ""));
    everywhere(all, 200);

    Scene.done(a.admin("POST", "/kbs/v0/resource/default/key/one", "second"));
    for (Running replica : replicas)
      assertThat(guest.opened(Guest.get(replica, challenged.cookie(), "default/key/one")))
          .isEqualTo("second");
    Scene.done(replicas.get(2).admin("DELETE", "/kbs/v0/resource/default/key/one", ""));
    everywhere(all, 404);
    Scene.done(a.admin("POST", "/kbs/v0/resource/default/key/one", Scene.SECRET));
    everywhere(all, 200);

    // a reference value decides over attestations at all
    Scene.done(a.admin("DELETE", "/theca/v1/reference-values/sgx_mr_signer", ""));
    var fresh = new ArrayList<Callable<Integer>>();
    for (Running replica : replicas) fresh.add(() -> status(replica));
    everywhere(fresh, 403);
    Scene.reference(
        replicas.get(2), "sgx_mr_signer", HexFormat.of().formatHex(Provisioning.SIGNER));
    everywhere(fresh, 200);

    String measured = HexFormat.of().formatHex(Provisioning.MEASURED);
    Scene.done(a.admin("POST", "/theca/v1/revocations", "{\"measurement\":\"" + measured + "\"}"));
    everywhere(all, 401);
    Scene.done(
        replicas.get(1).admin("DELETE", "/theca/v1/revocations/measurement/" + measured, ""));
    everywhere(all, 200);
  }

  private int status(Running replica) {
    var guest = new Guest(platform);
    var challenged = Guest.auth(replica);
    Scene.done(guest.attest(replica, challenged));
    return Guest.get(replica, challenged.cookie(), "default/key/one").statusCode();
  }

  private static void everywhere(List<Callable<Integer>> all, int status) throws Exception {
    within(
        15_000,
        () ->
            all.stream()
                .allMatch(
                    one -> {
                      try {
                        return one.call() == status;
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    }));
  }

  /** Whole handshakes and releases at changing replicas, until it is closed. */
  private final class Load implements AutoCloseable {
    final AtomicInteger done = new AtomicInteger();
    final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean end = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Load(int clients) {
      for (int i = 0; i < clients; i++) {
        int number = i;
        threads.execute(() -> run(number));
      }
    }

    private void run(int number) {
      while (!end.get()) {
        try {
          var guest = new Guest(platform);
          var challenged = Guest.auth(any());
          var attested = guest.attest(any(), challenged);
          note(attested);
          if (attested.statusCode() != 200) continue;
          String token = Running.json(attested).string("token").orElseThrow();
          for (int i = 0; i < 3; i++) {
            note(Guest.bearer(any(), token, "default/key/one"));
            note(Guest.get(any(), challenged.cookie(), "default/key/one"));
          }
          note(any().admin("POST", "/kbs/v0/resource/default/load/n" + number, "x" + done));
        } catch (Exception | AssertionError e) {
          failed.add(e.toString());
        }
      }
    }

    private void note(HttpResponse<String> answer) {
      if (answer.statusCode() == 200) done.incrementAndGet();
      else failed.add(answer.statusCode() + " " + answer.body());
    }

    void more(int requests) throws InterruptedException {
      int goal = done.get() + requests;
      within(120_000, () -> done.get() >= goal || !failed.isEmpty());
    }

    @Override
    public void close() {
      end.set(true);
      threads.close();
    }
  }

  private void sql(String statement) throws SQLException {
    String url =
        "jdbc:postgresql://localhost:"
            + database.port()
            + "/"
            + database.database()
            + "?sslmode=disable";
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var prepared = connection.createStatement()) {
      prepared.execute(statement);
    }
  }

  private static String kid(String token) {
    return Json.object(Base64.getUrlDecoder().decode(token.split("\\.")[0]))
        .orThrow()
        .string("kid")
        .orElseThrow();
  }

  @Test
  void signers_are_rotated_under_load_without_one_failed_request() throws Exception {
    String before = kid(new Guest(platform).token(any()));
    var load = new Load(4);
    try (load) {
      for (int round = 0; round < 2; round++) {
        load.more(100);
        // the next key has been published for long enough, says the clock
        sql("UPDATE token_key SET made = made - 600000");
        Scene.done(any().admin("POST", "/theca/v1/signing-key/rotate", ""));
      }
      load.more(200);
    }
    assertThat(load.failed).isEmpty();
    for (Running replica : replicas)
      within(30_000, () -> !kid(new Guest(platform).token(replica)).equals(before));
  }

  @Test
  void data_keys_are_wrapped_anew_under_load_without_one_failed_request() throws Exception {
    // a key-encryption key as the next configuration names it
    Path keys = java.nio.file.Files.createDirectory(folder.resolve("next"));
    new Scene(keys, platform).start("state").close();
    Path next = keys.resolve("kek");
    Path old = folder.resolve("kek");
    for (int i = 0; i < replicas.size(); i++) {
      String config = replicas.get(i).config + older(next);
      replicas.get(i).close();
      replicas.set(i, new Running(config));
    }
    String rewrapping = scene().config("d").replace(old.toString(), next.toString()) + older(old);
    var load = new Load(4);
    try (load;
        var d = new Running(rewrapping)) {
      load.more(100);
      Scene.done(d.admin("POST", "/theca/v1/data-keys/rewrap", ""));
      load.more(200);
    }
    assertThat(load.failed).isEmpty();
    replicas.forEach(Running::close);
    replicas.clear();
    try (var d = new Running(rewrapping)) {
      Scene.done(d.admin("POST", "/theca/v1/data-keys/rewrap", ""));
    }
    java.nio.file.Files.delete(old);
    replicas.add(new Running(scene().config("e").replace(old.toString(), next.toString())));
    assertThat(status(replicas.getFirst())).isEqualTo(200);
  }

  private static String older(Path file) {
    return "[[kek_older]]\ntype = \"file\"\npath = \"" + file + "\"\n";
  }

  @Test
  void of_replicas_that_advance_a_volume_at_once_one_wins() throws Exception {
    String first = anchor(1, "aa");
    assertThat(advance(any(), "\"new\"", first, new Guest(platform).token(any())).statusCode())
        .isEqualTo(200);
    String expected = first;
    var tokens = new ArrayList<String>();
    for (Running replica : replicas) tokens.add(new Guest(platform).token(replica));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 2; round < 8; round++) {
        var race = new ArrayList<Callable<HttpResponse<String>>>();
        String from = expected;
        for (int i = 0; i < 6; i++) {
          var replica = replicas.get(i % 3);
          String to = anchor(round, "0" + i);
          String token = tokens.get(i % 3);
          race.add(() -> advance(replica, from, to, token));
        }
        var won = new ArrayList<String>();
        for (var done : threads.invokeAll(race)) {
          var answer = done.get();
          assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409);
          if (answer.statusCode() == 200) won.add(answer.body());
        }
        assertThat(won).hasSize(1);
        expected = won.getFirst();
      }
    }
  }

  private static String anchor(int sequence, String hex) {
    return "{\"sequence\":" + sequence + ",\"chain\":\"" + hex.repeat(32) + "\"}";
  }

  private static HttpResponse<String> advance(
      Running replica, String expected, String next, String token) {
    String body = "{\"expected\":" + expected + ",\"next\":" + next + "}";
    return replica.send(
        "PUT",
        "/kbs/v0/anchor/volume",
        body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "Authorization",
        "Bearer " + token);
  }
}
