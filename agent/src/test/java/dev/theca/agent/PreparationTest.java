package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.HostileRegistry;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.kit.Tricks;
import dev.theca.sealfs.SealfsException;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.nodeagent.MountWish;
import dev.theca.wire.nodeagent.PrepareRequest;
import dev.theca.wire.nodeagent.Prepared;
import dev.theca.wire.nodeagent.Watched;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a preparation that is refused, cancelled or fails at each of its stages. */
class PreparationTest {
  private static final String NO_REGISTRY = "127.0.0.1:1";

  @TempDir Path volumes;
  private FakeBroker broker;
  private HostileRegistry registry;
  private Agent agent;

  @BeforeEach
  void start() throws IOException {
    broker = new FakeBroker();
    registry = HostileRegistry.start();
    registry.image("app", "1", image("app"));
    broker.has("a/p/security", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    broker.has("a/s/secret", "it");
    broker.has("a/p/workload", workload(registry.address()));
    agent = agent();
    Files.createDirectory(volumes.resolve("c1"));
  }

  @AfterEach
  void end() throws IOException {
    registry.close();
    broker.close();
  }

  private Agent agent() {
    var config =
        broker.config(
            "insecure_registries = [\"" + registry.address() + "\", \"" + NO_REGISTRY + "\"]");
    var platform = FakePlatform.agent(1);
    var kbs = new KbsClient(config.broker(), platform, config.initData());
    var policies = new Policies(kbs, config);
    var around =
        new DurableVolumes.Surroundings(
            volumes, platform, new KbsAnchors(kbs), false, new SecureRandom());
    return new Agent(
        new Preparation(
            kbs, policies, new AgentRegistries(config.registries(), kbs::resource), volumes),
        policies,
        new DurableVolumes(around));
  }

  private static String workload(String registry) {
    return """
        {"version":1,"images":[
          {"scope":"%s/app","encrypted":"optional","mounts":["/data"],
           "secrets":[{"resource":"kbs:///a/s/secret","path":"/run/secret"}]},
          {"scope":"%s/app","encrypted":"optional"}]}
        """
        .formatted(registry, NO_REGISTRY);
  }

  private static MadeImage image(String user) {
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);
    byte[] tar =
        new TarMaker()
            .directory("etc/")
            .file("etc/passwd", "app:x:7:8::/:/bin/app\n")
            .file("app", bytes)
            .end();
    var config = JsonObject.builder().put("Cmd", JsonArray.of("/app")).put("User", user).build();
    return new ImageMaker()
        .plainLayer(tar)
        .configuration(
            members -> {
              members.put("config", config);
              return members;
            })
        .make();
  }

  private PrepareRequest wish() {
    return PrepareRequest.of("c1", registry.address() + "/app:1");
  }

  private static String code(Outcome<Prepared> outcome) {
    return outcome instanceof Outcome.Refused<Prepared>(var reasons)
        ? reasons.getFirst().toString()
        : "granted";
  }

  private void nothingIsLeft() {
    try (var left = Files.list(volumes.resolve("c1"))) {
      assertThat(left).as("files of a container that will not be").isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(agent.watch("c1")).isEqualTo(Watched.NOTHING);
  }

  /** Granted once, and no more. */
  private void theNextAttemptWorks() {
    assertThat(code(agent.prepare(wish()))).isEqualTo("granted");
    assertThat(volumes.resolve("c1/base.seal")).exists();
    assertThat(code(agent.prepare(wish()))).contains("prepared again");
    assertThat(volumes.resolve("c1/base.seal")).as("of the first").exists();
  }

  private CompletableFuture<Outcome<Prepared>> begun(PrepareRequest request) {
    var done = new CompletableFuture<Outcome<Prepared>>();
    Thread.ofVirtual().start(() -> done.complete(agent.prepare(request)));
    return done;
  }

  private void until(Predicate<Watched> reached) throws InterruptedException {
    until("c1", reached);
  }

  private void until(String id, Predicate<Watched> reached) throws InterruptedException {
    for (int i = 0; i < 3000 && !reached.test(agent.watch(id)); i++) Thread.sleep(10);
    assertThat(reached.test(agent.watch(id))).as(agent.watch(id) + "").isTrue();
  }

  @Test
  void a_preparation_that_was_refused_at_its_end_leaves_nothing_and_may_be_tried_again() {
    registry.image("app", "1", image("stranger"));
    assertThat(code(agent.prepare(wish()))).startsWith("image-user");
    nothingIsLeft();
    registry.image("app", "1", image("app"));
    theNextAttemptWorks();
  }

  @Test
  void a_pull_that_stands_is_seen_in_its_bytes_and_ends_when_it_is_cancelled() throws Exception {
    registry.when(
        "GET", ".*/blobs/" + image("app").layerDigests().getFirst(), Tricks.stallAt(100_000));
    var done = begun(wish());
    until(now -> now.stage().equals("pull") && now.doneBytes() > 0);
    assertThat(agent.watch("c1").allBytes()).isGreaterThan(300_000);
    assertThat(agent.cancel("c1")).isTrue();
    nothingIsLeft();
    assertThat(code(done.get(30, TimeUnit.SECONDS)))
        .startsWith("prepare-cancelled")
        .contains("in stage pull at");
    assertThat(agent.cancel("c1")).as("nothing more to cancel").isFalse();
    registry.honest();
    theNextAttemptWorks();
  }

  @Test
  void a_container_that_is_removed_while_it_is_prepared_is_cancelled() throws Exception {
    registry.when("GET", ".*manifests.*", Tricks.silence());
    var done = begun(wish());
    until(now -> now.stage().equals("pull"));
    agent.release("c1");
    nothingIsLeft();
    assertThat(code(done.get(30, TimeUnit.SECONDS))).startsWith("prepare-cancelled");
  }

  @Test
  void of_two_that_wait_for_a_silent_broker_each_can_be_cancelled() throws Exception {
    for (String end : List.of("/auth", "/security", "/secret")) {
      broker.silentAt(end);
      Files.createDirectories(volumes.resolve("c2"));
      var other = begun(PrepareRequest.of("c2", registry.address() + "/app:1"));
      var done = begun(wish());
      String stage =
          end.equals("/auth") ? "attest" : end.equals("/security") ? "policy" : "secrets";
      until(now -> now.stage().equals(stage));
      until("c2", now -> !now.equals(Watched.NOTHING));
      assertThat(agent.cancel("c1")).isTrue();
      assertThat(code(done.get(30, TimeUnit.SECONDS)))
          .startsWith("prepare-cancelled")
          .contains("in stage " + stage);
      nothingIsLeft();
      agent.release("c2");
      assertThat(code(other.get(30, TimeUnit.SECONDS))).startsWith("prepare-cancelled");
      broker.silentAt("nowhere");
    }
    theNextAttemptWorks();
  }

  @Test
  void a_broker_that_is_not_there_is_named_with_its_address() {
    var gone = agent;
    broker.close();
    assertThat(code(gone.prepare(wish())))
        .startsWith("kbs-unreachable")
        .contains("http://127.0.0.1:", "kbs_url");
    nothingIsLeft();
  }

  @Test
  void a_registry_that_is_not_there_is_named() {
    assertThat(code(agent.prepare(PrepareRequest.of("c1", NO_REGISTRY + "/app:1"))))
        .startsWith("image-registry-unreachable")
        .contains(NO_REGISTRY);
    nothingIsLeft();
    theNextAttemptWorks();
  }

  @Test
  void a_registry_that_lies_leaves_nothing_of_its_image() {
    registry.when("GET", ".*/blobs/.*", Tricks.flippedBit());
    assertThat(code(agent.prepare(wish()))).contains("expected blob sha256:");
    nothingIsLeft();
    registry.honest();
    theNextAttemptWorks();
  }

  @Test
  void a_full_disk_is_said_to_be_one() {
    var full = SealfsException.noSpace("write of base.seal", new IOException("ENOSPC"));
    assertThat(Faults.of(full, wish(), new Job()).toString())
        .startsWith("host-disk-full")
        .contains("free space");
    var other =
        new IllegalStateException(
            new UncheckedIOException(new IOException("/x: No space left on device")));
    assertThat(Faults.of(other, wish(), new Job()).code().id()).isEqualTo("host-disk-full");
  }

  @Test
  void a_mount_of_the_host_is_refused_before_anything_is_pulled() {
    var over = wish().mounting(List.of(new MountWish("/app", "bind", true)));
    assertThat(code(agent.prepare(over))).startsWith("policy-mount").contains("/app", "[/data]");
    assertThat(registry.requests()).isEmpty();
    nothingIsLeft();
    var named = wish().mounting(List.of(new MountWish("/data", "bind", false)));
    assertThat(code(agent.prepare(named))).isEqualTo("granted");
  }
}
