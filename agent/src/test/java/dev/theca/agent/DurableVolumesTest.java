package dev.theca.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.handover.HandoverClient;
import dev.theca.enclave.handover.HandoverServer;
import dev.theca.enclave.handover.Payload;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.evidence.EnclaveReport;
import dev.theca.linux.Mounts;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.SealMount;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A volume from the agent through the hand-over to the volume's files, with agents and containers
 * that come and go, and a host that brings back what it has copied.
 */
class DurableVolumesTest {
  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Book book = new Book();
  private int names;

  @AfterEach
  void close() throws Exception {
    for (var one : open.reversed()) one.close();
  }

  /** The broker's plugin in memory. */
  private static final class Book implements VolumeAnchors {
    final Map<String, Anchor> anchors = new HashMap<>();

    @Override
    public synchronized Outcome<Optional<Anchor>> read(String volume) {
      return Outcome.granted(Optional.ofNullable(anchors.get(volume)));
    }

    @Override
    public synchronized Outcome<Anchor> advance(
        String volume, Optional<Anchor> expected, Anchor next) {
      if (!Optional.ofNullable(anchors.get(volume)).equals(expected))
        return Outcome.refused(Code.of("volume-anchor"), "anchor", "it", "another", "none");
      anchors.put(volume, next);
      return Outcome.granted(next);
    }
  }

  /** An agent of one pod. */
  private final class TestAgent implements HandoverServer.Grants, AutoCloseable {
    private final DurableVolumes volumes;
    private final VolumeRule rule;
    private final Path socket = folder.resolve("agent" + names++ + ".sock");
    private final HandoverServer server;
    private String secret = "owner";

    final Path place;

    TestAgent(int machine, VolumeRule rule) {
      this(machine, rule, folder);
    }

    TestAgent(int machine, VolumeRule rule, Path place) {
      this.place = place;
      this.rule = rule;
      var platform = FakePlatform.agent(machine);
      volumes =
          new DurableVolumes(
              new DurableVolumes.Surroundings(place, platform, book, true, new SecureRandom()));
      server = HandoverServer.start(socket, platform, this);
      open.add(this);
    }

    @Override
    public List<PeerIdentity> accepted() {
      return List.of(FakePlatform.APPS);
    }

    @Override
    public Outcome<HandoverServer.Grant> grant(String container, EnclaveReport app) {
      var process = new Payload.Process(List.of("/x"), List.of(), "/", 7, 8, List.of());
      var owner = Secret.moveFrom(secret.repeat(8).getBytes(UTF_8));
      return volumes.lend(
          container,
          new Payload(List.of(), process, List.of()),
          List.of(new DurableVolumes.Wanted(rule, owner)));
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** A mount server of one container. */
  private final class TestApp implements AutoCloseable {
    final HandoverClient handover;
    final VolumeGrant.Data grant;
    final Volume volume;
    final CountDownLatch lost = new CountDownLatch(1);
    private boolean closed;

    TestApp(HandoverClient handover, Volume volume, VolumeGrant.Data grant) {
      this.handover = handover;
      this.volume = volume;
      this.grant = grant;
      handover.whenLost(
          () -> {
            volume.turnReadOnly();
            lost.countDown();
          });
      handover.accepted();
      open.add(this);
    }

    TestApp write(String name, String text) {
      volume.inject(name, text.getBytes(UTF_8), 0644);
      volume.sync();
      return this;
    }

    String read(String name) {
      return volume.peek(name, 1 << 20).map(bytes -> new String(bytes, UTF_8)).orElse("none");
    }

    @Override
    public void close() {
      if (closed) return;
      closed = true;
      volume.close();
      handover.close();
    }
  }

  private static VolumeRule rule(boolean counter, boolean strict) {
    return new VolumeRule(
        "data",
        "/data",
        new KbsUri("default/volume-key/data"),
        0,
        counter,
        strict,
        OnTamper.EIO,
        0755,
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private Outcome<TestApp> app(TestAgent agent, int machine, String container) {
    return HandoverClient.run(
            agent.socket, FakePlatform.app(machine), List.of(FakePlatform.AGENTS), container)
        .then(
            handover -> {
              var grant = handover.payload().volumes(VolumeGrant.Data.class).getFirst();
              var options =
                  VolumeOptions.USUAL.withKeeper(handover.keeper(grant.id()), grant.strict());
              var volume =
                  Volume.open(
                      agent.place.resolve("data/volume.seal"),
                      grant.id(),
                      grant.key(),
                      grant.state(),
                      options);
              if (!volume.isGranted()) handover.close();
              return volume.map(opened -> new TestApp(handover, opened, grant));
            });
  }

  /** The agent hears of the end of a connection a little later. */
  private TestApp appAfterwards(TestAgent agent, String container) throws InterruptedException {
    for (int i = 0; ; i++) {
      var made = app(agent, 1, container);
      if (made.isGranted() || i == 3000 || !code(made).equals("handover-unknown-container"))
        return made.orThrow();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static String code(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  private static String words(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons) ? reasons + "" : "granted";
  }

  private Path folderOfVolume() throws IOException {
    return Files.createDirectories(folder.resolve("data"));
  }

  /** What a host can do at any time. */
  private void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var list = Files.list(from)) {
      for (Path file : list.toList())
        Files.copy(
            file,
            to.resolve(file.getFileName()),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void a_volume_survives_its_container_in_the_state_that_the_agent_remembers() throws Exception {
    folderOfVolume();
    var agent = new TestAgent(1, rule(false, false));
    try (var first = app(agent, 1, "c1").orThrow()) {
      assertThat(first.grant.state()).isEqualTo(VolumeState.NEW);
      first.write("/a/b", "kept");
    }
    var second = appAfterwards(agent, "c2");
    assertThat(second.grant.state()).isInstanceOf(VolumeState.Since.class);
    assertThat(second.read("/a/b")).isEqualTo("kept");
  }

  @Test
  void a_host_that_brings_back_an_older_copy_is_refused_with_the_reason() throws Exception {
    Path files = folderOfVolume();
    var agent = new TestAgent(1, rule(false, false));
    try (var first = app(agent, 1, "c1").orThrow()) {
      first.write("/balance", "100");
    }
    copy(files, folder.resolve("aside"));
    try (var second = appAfterwards(agent, "c2")) {
      second.write("/balance", "0");
    }
    copy(folder.resolve("aside"), files);
    var third = app(agent, 1, "c3");
    for (int i = 0; i < 3000 && code(third).startsWith("handover"); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
      third = app(agent, 1, "c3");
    }
    assertThat(code(third)).isEqualTo("volume-stale");
    assertThat(words(third)).contains("newest state that its keeper knows", "an older copy");
  }

  @Test
  void two_containers_do_not_hold_one_volume() throws Exception {
    folderOfVolume();
    var agent = new TestAgent(1, rule(false, false));
    try (var first = app(agent, 1, "c1").orThrow()) {
      var second = app(agent, 1, "c2");
      assertThat(words(second)).contains("held by container c1");
      first.write("/x", "1"); // and the first goes on
    }
    assertThat(appAfterwards(agent, "c3").read("/x")).isEqualTo("1");
  }

  @Test
  void a_volume_whose_agent_is_lost_takes_no_change_any_more() throws Exception {
    folderOfVolume();
    var agent = new TestAgent(1, rule(false, false));
    var app = app(agent, 1, "c1").orThrow().write("/x", "1");
    agent.close();
    assertThat(app.lost.await(60, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> app.write("/y", "2")).hasMessage("the volume takes no changes");
    assertThat(app.read("/x")).isEqualTo("1");
  }

  @Test
  void a_mounted_volume_whose_agent_is_lost_is_a_read_only_file_system() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
    folderOfVolume();
    Path target = Files.createDirectory(folder.resolve("mnt"));
    var agent = new TestAgent(1, rule(false, true));
    var app = app(agent, 1, "c1").orThrow();
    try (var _ = SealMount.mount(app.volume, target)) {
      Files.writeString(target.resolve("x"), "1");
      agent.close();
      assertThat(app.lost.await(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> Files.createDirectory(target.resolve("d")))
          .hasMessageContaining("Read-only file system");
      assertThat(Files.readString(target.resolve("x"))).isEqualTo("1");
    }
    assertThat(Mounts.below(folder)).isEmpty();
  }

  @Test
  void after_a_restart_of_the_agent_the_brokers_anchor_finds_the_older_copy() throws Exception {
    Path files = folderOfVolume();
    try (var agent = new TestAgent(1, rule(true, false));
        var first = app(agent, 1, "c1").orThrow()) {
      first.write("/balance", "100");
    }
    copy(files, folder.resolve("aside"));
    var second = new TestAgent(1, rule(true, false));
    try (var app = app(second, 1, "c2").orThrow()) {
      assertThat(app.grant.state()).isInstanceOf(VolumeState.Since.class);
      app.write("/balance", "0");
    }
    var newest = book.anchors.get("data");
    copy(folder.resolve("aside"), files);
    assertThat(code(app(new TestAgent(1, rule(true, false)), 1, "c3"))).isEqualTo("volume-stale");
    assertThat(book.anchors).containsEntry("data", newest);
  }

  @Test
  void without_the_brokers_anchor_an_older_copy_is_opened_and_said_to_be_of_unknown_age()
      throws Exception {
    Path files = folderOfVolume();
    try (var agent = new TestAgent(1, rule(false, false));
        var first = app(agent, 1, "c1").orThrow()) {
      first.write("/balance", "100");
      copy(files, folder.resolve("aside"));
      first.write("/balance", "0");
    }
    copy(folder.resolve("aside"), files);
    var second = app(new TestAgent(1, rule(false, false)), 1, "c2").orThrow();
    assertThat(second.grant.state()).isEqualTo(VolumeState.ANY);
    assertThat(second.read("/balance")).isEqualTo("100");
  }

  @Test
  void of_two_agents_with_copies_of_one_volume_one_learns_that_it_lost() throws Exception {
    folderOfVolume();
    var one = new TestAgent(1, rule(true, true));
    try (var first = app(one, 1, "c1").orThrow()) {
      first.write("/x", "1");
    }
    Path clone = Files.createDirectory(folder.resolve("clone"));
    copy(folder.resolve("data"), clone.resolve("data"));
    var left = appAfterwards(one, "c2");
    var right = app(new TestAgent(1, rule(true, true), clone), 1, "c2").orThrow();
    left.write("/x", "2");
    assertThatThrownBy(() -> right.write("/x", "3")).isInstanceOf(RuntimeException.class);
    assertThat(right.lost.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void an_agent_without_the_owners_secret_or_on_another_machine_opens_nothing() throws Exception {
    folderOfVolume();
    try (var agent = new TestAgent(1, rule(false, false));
        var first = app(agent, 1, "c1").orThrow()) {
      first.write("/x", "1");
    }
    var strangers = new TestAgent(1, rule(false, false));
    strangers.secret = "other";
    assertThat(words(app(strangers, 1, "c2"))).contains("key of volume data");
    assertThat(words(app(new TestAgent(2, rule(false, false)), 2, "c3")))
        .contains("key of volume data");
  }

  @Test
  void a_volume_that_the_broker_knows_is_not_begun_anew_when_the_host_takes_it_away()
      throws Exception {
    Path files = folderOfVolume();
    try (var agent = new TestAgent(1, rule(true, false));
        var first = app(agent, 1, "c1").orThrow()) {
      first.write("/x", "1");
    }
    Files.delete(files.resolve("volume.key"));
    assertThat(words(app(new TestAgent(1, rule(true, false)), 1, "c2")))
        .contains("the broker knows a state of it");
  }

  @Test
  void nothing_of_a_volume_lies_on_the_host_in_clear() throws Exception {
    Path files = folderOfVolume();
    var agent = new TestAgent(1, rule(false, false));
    var app = app(agent, 1, "c1").orThrow();
    byte[] key = app.grant.key().lend(byte[]::clone);
    app.write("/very-secret-name", "very secret content ".repeat(1000)).close();
    try (var list = Files.list(files)) {
      for (Path file : list.toList())
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file + "")
            .doesNotContain(
                "very-secret",
                "very secret",
                new String(key, java.nio.charset.StandardCharsets.ISO_8859_1));
    }
  }
}
