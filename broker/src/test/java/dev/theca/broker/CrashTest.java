package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.audit.AuditVerify;
import dev.theca.broker.audit.Expected;
import dev.theca.broker.store.TestPostgres;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker's process that is killed in the middle of everything it does, and started again. */
class CrashTest {
  @TempDir Path folder;

  private final Map<String, String> written = new ConcurrentHashMap<>();
  private final Map<String, Guest> attested = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> released = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();

  @Test
  void what_a_killed_broker_acknowledged_is_there_again_on_sqlite() throws Exception {
    try (var platform = new Provisioning(Knobs.good())) {
      killed(platform, new Scene(folder, platform), 2);
    }
  }

  @Test
  void what_a_killed_broker_acknowledged_is_there_again_on_postgresql() throws Exception {
    try (var platform = new Provisioning(Knobs.good())) {
      killed(platform, new Scene(folder, platform).postgres(TestPostgres.fresh()), 1);
    }
  }

  private void killed(Provisioning platform, Scene scene, int rounds) throws Exception {
    Path config = Files.writeString(folder.resolve("broker.toml"), scene.config("state"));
    for (int round = 0; round < rounds; round++) {
      var process = process(config);
      try {
        var broker = connected(process, config);
        if (round == 0) Scene.provision(broker);
        else check(broker);
        var end = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < 2; i++) threads.execute(() -> write(broker, end));
          for (int i = 0; i < 4; i++) threads.execute(() -> attest(platform, broker, end));
          int goal = released.size() + 30;
          long late = System.nanoTime() + 120_000_000_000L;
          while (released.size() < goal && process.isAlive() && System.nanoTime() < late)
            Thread.sleep(5);
          assertThat(process.isAlive()).as("it serves until it is killed").isTrue();
          assertThat(released).hasSizeGreaterThanOrEqualTo(goal);
          process.destroyForcibly().waitFor();
          end.set(true);
        }
        broker.close();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    assertThat(surprises).isEmpty();
    var process = process(config);
    try (var broker = connected(process, config)) {
      check(broker);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void write(Running broker, AtomicBoolean end) {
    while (!end.get()) {
      String path = "default/crash/n" + numbers.incrementAndGet();
      String value = "value of " + path;
      try {
        if (ok(broker.admin("POST", "/kbs/v0/resource/" + path, value))) written.put(path, value);
      } catch (IllegalStateException e) {
        pause(); // the broker is gone, which is the point
      }
    }
  }

  private void attest(Provisioning platform, Running broker, AtomicBoolean end) {
    while (!end.get()) {
      try {
        var guest = new Guest(platform);
        var challenged = Guest.auth(broker);
        var answer = guest.attest(broker, challenged);
        if (!ok(answer)) continue;
        attested.put(challenged.cookie(), guest);
        String token = Running.json(answer).string("token").orElseThrow();
        if (ok(Guest.get(broker, challenged.cookie(), "default/key/one"))) released.add(jti(token));
      } catch (IllegalStateException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ok(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) surprises.add(answer.statusCode() + " " + answer.body());
    return answer.statusCode() == 200;
  }

  private static String jti(String token) {
    return Json.object(Base64.getUrlDecoder().decode(token.split("\\.")[1]))
        .orThrow()
        .string("jti")
        .orElseThrow();
  }

  /** Everything that was acknowledged is there, and the trail holds. */
  private void check(Running broker) throws Exception {
    assertThat(written).isNotEmpty();
    var asked = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      written.forEach((path, value) -> asked.add(threads.submit(() -> kept(broker, path, value))));
      attested.forEach(
          (cookie, guest) -> asked.add(threads.submit(() -> alive(broker, cookie, guest))));
    }
    for (var one : asked) {
      Object unused = one.get();
    }
    assertThat(trail(broker)).containsAll(released);
  }

  private static void kept(Running broker, String path, String value) {
    String ours =
        "/theca/v1/tenants/" + path.replaceFirst("/", "/resources/") + "/versions/1/value";
    assertThat(broker.admin("GET", ours, "").body()).as(path).isEqualTo(value);
  }

  private static void alive(Running broker, String cookie, Guest guest) {
    assertThat(guest.opened(Guest.get(broker, cookie, "default/key/one"))).isEqualTo(Scene.SECRET);
  }

  /** The token ids of all releases, from an export that verifies page by page. */
  private static Set<String> trail(Running broker) throws IOException {
    var tokens = new HashSet<String>();
    long from = 1;
    while (true) {
      var page = broker.admin("GET", "/theca/v1/audit?from=" + from, "");
      Scene.done(page);
      byte[] text = page.body().getBytes(StandardCharsets.UTF_8);
      var report = AuditVerify.verify(new ByteArrayInputStream(text), Expected.nothing());
      assertThat(report.isGranted()).as(report + "").isTrue();
      for (String line : page.body().lines().skip(1).toList()) {
        var record = Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow();
        if (record.string("kind").orElse("").equals("release"))
          record.object("detail").flatMap(d -> d.string("token")).ifPresent(tokens::add);
      }
      if (report.orThrow().records() < 5000) return tokens;
      from = report.orThrow().last() + 1;
    }
  }

  private static Process process(Path config) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(classPath());
    command.addAll(List.of(Main.class.getName(), "--config", config.toString()));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(new File(config + ".log")))
        .start();
  }

  /** Surefire has the main classes on the module path. */
  private static String classPath() {
    return String.join(
        File.pathSeparator,
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path", ""));
  }

  private static Running connected(Process process, Path config) throws IOException {
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).as(Files.readString(Path.of(config + ".log"))).isNotNull();
    JsonObject boot = Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow();
    return new Running(Files.readString(config), new Service.Running(boot, () -> {}));
  }
}
