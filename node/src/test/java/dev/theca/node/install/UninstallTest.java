package dev.theca.node.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.ChildJava;
import dev.theca.linux.Mounts;
import dev.theca.wire.grpc.GrpcClient;
import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node that was in use leaves behind: the real daemon ran with the installed settings. */
@Timeout(240)
class UninstallTest {
  private static final Machine MACHINE = new Machine(Optional.of(List.of("/bin/true")), false);
  private static final String SNAPSHOTS = "containerd.services.snapshots.v1.Snapshots";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path home;
  private Optional<Process> daemon = Optional.empty();

  @AfterEach
  void end() throws Exception {
    stop();
    Mounts.detachBelow(home);
  }

  private static Installer installer(Place place) throws IOException {
    return new Installer(
        place.site, place.containerd(2), MACHINE, (socket, up) -> {}, Steps.unseen());
  }

  private Place place() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the daemon needs root");
    var place = new Place(Files.createDirectories(home.resolve("machine")));
    place.config("version = 3\n# mine\n");
    var unused = place.containerd(2);
    return place;
  }

  private void serve(Place place) throws Exception {
    Path log = home.resolve("log");
    var process =
        new ProcessBuilder(
                ChildJava.command(
                    List.of("--enable-native-access=ALL-UNNAMED", "-Xmx96m"),
                    "dev.theca.node.Main",
                    "--config",
                    place.site.node().toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    daemon = Optional.of(process);
    var state = new NodeState(place.site.run());
    while (!state.listens("snapshots.sock") || !state.listens("node.sock")) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(20);
    }
  }

  private void stop() throws Exception {
    if (daemon.isEmpty()) return;
    daemon.get().destroy();
    assertThat(daemon.get().waitFor(60, TimeUnit.SECONDS)).isTrue();
    daemon = Optional.empty();
  }

  private static void call(Place place, String method, ProtoWriter request) {
    try (var client = new GrpcClient(place.site.snapshotSocket(), 1 << 20)) {
      var unused = client.call(SNAPSHOTS, method, request, LIMIT);
    }
  }

  /** A layer as containerd makes it of an image that it pulls. */
  private static void layer(Place place) {
    var labels = Map.of("containerd.io/snapshot/cri.image-ref", "registry.example/app:1");
    call(
        place,
        "Prepare",
        new ProtoWriter().string(1, "theca").string(2, "k8s.io/1/extract").map(4, labels));
    call(
        place,
        "Commit",
        new ProtoWriter()
            .string(1, "theca")
            .string(2, "k8s.io/2/sha256:" + "ab".repeat(32))
            .string(3, "k8s.io/1/extract")
            .map(4, labels));
  }

  @Test
  void a_node_that_was_in_use_leaves_every_byte_as_it_was() throws Exception {
    var place = place();
    var before = place.everything();
    installer(place).install().orThrow();
    serve(place);
    layer(place);
    call(
        place,
        "Remove",
        new ProtoWriter().string(1, "theca").string(2, "k8s.io/2/sha256:" + "ab".repeat(32)));
    stop();
    for (String left : List.of("run/pods/abc/mnt", "state/volumes/abc", "run/scratch/m1")) {
      Path folder = Files.createDirectories(place.home.resolve(left));
      Mounts.mount("tmpfs", folder, "tmpfs", 0, "size=1m");
      Files.writeString(folder.resolve("x"), "left by a daemon that died");
    }
    var report = installer(place).uninstall(true, false).orThrow();
    assertThat(report.notes()).isEmpty();
    assertThat(report.removed())
        .contains(place.site.state().resolve("snapshots"), place.site.run().resolve("pods"));
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home.toString());
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void snapshots_that_containerd_counts_on_stay_until_they_are_purged() throws Exception {
    var place = place();
    var before = place.everything();
    installer(place).install().orThrow();
    serve(place);
    layer(place);
    stop();
    var report = installer(place).uninstall(false, false).orThrow();
    assertThat(report.notes())
        .singleElement()
        .asString()
        .contains("kept", "1 snapshots", "registry.example/app:1", "--purge");
    assertThat(place.site.state().resolve("snapshots/snapshots/1/fs")).isDirectory();
    assertThat(place.site.run()).doesNotExist();

    var purged = installer(place).uninstall(false, true).orThrow();
    assertThat(purged.removed()).containsExactly(place.site.state().resolve("snapshots"));
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void a_later_installation_finds_the_snapshots_that_were_kept() throws Exception {
    var place = place();
    installer(place).install().orThrow();
    serve(place);
    layer(place);
    stop();
    installer(place).uninstall(false, false).orThrow();
    installer(place).install().orThrow();
    serve(place);
    call(
        place,
        "Prepare",
        new ProtoWriter()
            .string(1, "theca")
            .string(2, "k8s.io/3/c")
            .string(3, "k8s.io/2/sha256:" + "ab".repeat(32)));
    stop();
    assertThat(Files.readString(home.resolve("log"))).doesNotContain("made-again");
  }

  @Test
  void sealed_volumes_that_stay_go_only_when_somebody_says_so() throws Exception {
    var place = place();
    var before = place.everything();
    installer(place).install().orThrow();
    Path volume = Files.createDirectories(place.site.state().resolve("durable/shop_db-0/data"));
    Files.writeString(volume.resolve("journal"), "sealed");
    var report = installer(place).uninstall(false, false).orThrow();
    assertThat(report.notes()).singleElement().asString().contains("sealed volumes", "--purge");
    assertThat(volume.resolve("journal")).hasContent("sealed");
    installer(place).uninstall(false, true).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void what_a_running_daemon_uses_stays_and_goes_with_the_next_call() throws Exception {
    var place = place();
    var before = place.everything();
    installer(place).install().orThrow();
    serve(place);
    var report = installer(place).uninstall(false, true).orThrow();
    assertThat(report.notes()).anyMatch(note -> note.contains("the node daemon runs"));
    assertThat(report.removed()).isEmpty();
    assertThat(place.site.state().resolve("snapshots")).isDirectory();
    stop();
    installer(place).uninstall(false, false).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void a_node_with_plain_containers_is_not_uninstalled_by_chance() throws Exception {
    var place = place();
    installer(place).install().orThrow();
    Path bundle = Files.createDirectories(home.resolve("bundle"));
    Path index = Files.createDirectories(place.site.run().resolve("tasks/theca-plain"));
    Files.createSymbolicLink(index.resolve("k8s.io@abc"), bundle);
    Files.createSymbolicLink(index.resolve("k8s.io@gone"), home.resolve("no-bundle"));
    assertThat(installer(place).uninstall(false, false).toString())
        .startsWith("pods-running: pods and containers of this node's daemon is 1");
    Files.delete(bundle);
    assertThat(installer(place).uninstall(false, false).isGranted()).isTrue();
  }
}
