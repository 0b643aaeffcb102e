package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Confidential pods as their users run them, in one world: what an image says is honoured, what a
 * pod may not wish is refused with words, and whatever dies leaves a reason and nothing else.
 */
@ParameterizedClass(name = "containerd: {0}")
@MethodSource("containerds")
class ConfidentialPodsTest {
  private static PodWorld world;

  static List<String> containerds() {
    return DemoRun.containerds();
  }

  @Parameter String containerd;

  @BeforeParameterizedClassInvocation
  static void begin(String containerd) throws Exception {
    world = PodWorld.begin("theca-pods", containerd);
  }

  @AfterParameterizedClassInvocation
  static void end() throws Exception {
    world.close();
  }

  @AfterEach
  void nothingIsLeftOfAnyPod() throws Exception {
    world.removePods();
    assertEquals(List.of(), world.leftovers());
  }

  @Test
  void userFolderAndVariablesOfTheImageAreHonouredAndAnInitContainerEndsFirst() throws Exception {
    var pod = world.pod("plain", "kube-system");
    var init = pod.container("init", "once");
    assertEquals(3, init.awaitExit());
    init.awaitLog("once is over"); // containerd writes it down beside telling the end
    var main = pod.container("main", "stay");
    var side = pod.container("side", "stay");
    main.awaitLog("uid=1234 gid=1235 groups=1235 1300 cwd=/srv/job own=yes");
    side.awaitLog("own=yes");
    assertEquals("1234\n", main.exec("id", "-u"));
  }

  @Test
  void aContainerIsStartedAgainInItsPod() throws Exception {
    var pod = world.pod("again", "default");
    for (int attempt = 0; attempt < 3; attempt++) {
      var container = pod.container("app", "once");
      assertEquals(3, container.awaitExit());
      container.remove();
    }
    pod.container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void anImageIsTakenByItsDigest() throws Exception {
    var pod = world.pod("digest", "default");
    var container = pod.container("app", "stay", pod.config("app", "stay", world.imageByDigest()));
    container.awaitLog("own=yes");
  }

  @Test
  void aTerminalAndAReadOnlyRootAreWhatTheyAre() throws Exception {
    var pod = world.pod("tty", "default");
    pod.container("tty", "stay", pod.config("tty", "stay").with("tty", true).build())
        .awaitLog("terminal on 1");
    var fixed = pod.config("fixed", "stay").security("readonly_rootfs", true).build();
    pod.container("fixed", "stay", fixed).awaitLog("root is read-only");
  }

  @Test
  void tenPodsComeAtOnce() throws Exception {
    var all = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 10; i++) {
      String name = "many-" + i;
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                var container = world.pod(name, "default").container("app", "stay");
                container.awaitLog("own=yes");
                return container.id();
              },
              work -> Thread.ofVirtual().start(work)));
    }
    for (var one : all) assertFalse(one.get(20, TimeUnit.MINUTES).isEmpty());
  }

  @Test
  void aPodInItsOwnNetworkReachesBrokerAndRegistryFromThere() throws Exception {
    try (var network = OwnNetwork.in(world)) {
      network.await();
      var pod = world.podInOwnNetwork("bridged");
      var container = pod.container("app", "stay");
      container.awaitLog("own=yes");
      assertTrue(container.exec("cat", "/proc/net/dev").contains("eth0:"));
      String own = world.network(container.id());
      assertEquals(own, world.network(pod.agent()));
      assertEquals(own, world.network(pod.pause()));
      assertNotEquals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString(), own);
      pod.remove();
    }
  }

  private String refused(JsonObject config) {
    var pod = world.pod("refused", "default");
    var words = assertThrows(GrpcException.class, () -> pod.container("app", "stay", config));
    pod.remove();
    return words.words();
  }

  @Test
  void aMountOverAProgramAnotherUserAnotherFolderAndAnotherCommandAreRefusedWithWords() {
    var some = world.pod("words", "default");
    String mount = refused(some.config("app", "stay").mount("/etc", "/bin").build());
    assertTrue(mount.contains("policy-mount: mount at /bin"), mount);
    String user = refused(some.config("app", "stay").user(0).build());
    assertTrue(user.contains("policy-process: user of the container is 0:0"), user);
    String folder = refused(some.config("app", "stay").with("working_dir", "/bin").build());
    assertTrue(folder.contains("policy-process: working directory is /bin"), folder);
    String command = refused(some.config("app", "stay").command("/bin/true").build());
    assertTrue(command.contains("policy-process: command"), command);
    some.container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void aPodOutlivesAnUpgradeOfTheDaemonAndIsGuardedAfterIt() throws Exception {
    var pod = world.pod("upgraded", "default");
    var container = pod.container("app", "stay");
    container.awaitLog("own=yes");
    for (int i = 0; i < 2; i++) {
      var done = node("upgrade", "--json");
      assertEquals(pid(done, "before"), pid(done, "after"), done.toString());
    }
    assertEquals("1234\n", container.exec("id", "-u"));
    pod.container("more", "stay").awaitLog("own=yes");
    world.kill(pod.agent());
    assertEquals(137, container.awaitExit());
    pod.awaitNotReady();
    var metrics = DemoRun.run(List.of("node", "metrics", "--run", world.run().toString()));
    assertTrue(metrics.progress.contains("theca_node_agents_lost_total 1\n"), metrics.progress);
  }

  /** What {@code theca node} printed about the world's daemon. */
  private static JsonObject node(String... words) {
    var command = new ArrayList<>(List.of("node"));
    command.addAll(List.of(words));
    command.addAll(List.of("--run", world.run().toString()));
    var done = DemoRun.run(command);
    assertEquals(0, done.exitCode, done.progress);
    return done.report;
  }

  private static long pid(JsonObject report, String member) {
    return report.object(member).flatMap(status -> status.integer("pid")).orElseThrow();
  }

  @Test
  void anAgentThatIsKilledTakesItsPodAlongAndSaysWhy() throws Exception {
    var pod = world.pod("lost", "default");
    Path message = world.folder().resolve("message");
    Files.writeString(message, "");
    var config = pod.config("app", "stay").mount(message.toString(), "/dev/termination-log");
    var container = pod.container("app", "stay", config.build());
    container.awaitLog("own=yes");
    world.kill(pod.agent());
    assertEquals(137, container.awaitExit());
    assertTrue(Files.readString(message).startsWith("agent-lost: agent of the pod is ended by"));
    pod.awaitNotReady();
    var words = assertThrows(GrpcException.class, () -> pod.container("b", "stay"));
    assertFalse(words.getMessage().isEmpty());
    pod.remove();
    world.pod("lost", "default").container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void aMountServerThatIsKilledEndsItsContainerOnlyAndSaysWhy() throws Exception {
    var pod = world.pod("server", "default");
    Path message = world.folder().resolve("message");
    Files.writeString(message, "");
    var config = pod.config("app", "stay").mount(message.toString(), "/dev/termination-log");
    var container = pod.container("app", "stay", config.build());
    var other = pod.container("other", "stay");
    container.awaitLog("own=yes");
    world.kill(container.server());
    // what loses its files may end by itself, a moment before the reason is written down
    TestPod.await("the reason is written", () -> read(message).startsWith("mount-server-lost: "));
    container.awaitExit();
    assertEquals("1234\n", other.exec("id", "-u"));
    container.remove();
    pod.container("app", "stay").awaitLog("own=yes");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAgentThatIsKilledWhileItPullsIsTheReasonOfTheError() throws Exception {
    var pod = world.pod("pulling", "default");
    try (var frozen = world.freeze("registry")) {
      assertTrue(frozen.isFrozen());
      var starting = pod.starting("app");
      world.awaitPull();
      world.kill(pod.agent());
      String words = starting.get(10, TimeUnit.MINUTES);
      assertTrue(words.contains("agent-lost: agent of the pod is ended by signal 9"), words);
    }
  }

  @Test
  void aPodThatIsRemovedWhileItPullsIsGoneAtOnce() throws Exception {
    var pod = world.pod("stuck", "default");
    try (var frozen = world.freeze("registry")) {
      assertTrue(frozen.isFrozen());
      var starting = pod.starting("app");
      world.awaitPull();
      pod.remove();
      String words = starting.get(10, TimeUnit.MINUTES);
      assertFalse(words.equals("started"), words);
    }
    assertEquals(List.of(), world.leftovers());
    world.pod("stuck", "default").container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsNamed() throws Exception {
    try (var frozen = world.freeze("broker")) {
      assertTrue(frozen.isFrozen());
      var pod = world.pod("nobroker", "default");
      String words = pod.starting("app").get(10, TimeUnit.MINUTES);
      assertTrue(words.contains("kbs-unreachable: broker is the broker at http"), words);
    }
    world.pod("broker", "default").container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void aDiskThatIsFullIsNamedAndTheNextTryWorks() throws Exception {
    String volumes = world.state().resolve("node/volumes").toString();
    PodWorld.command("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "theca-full", volumes);
    try {
      var pod = world.pod("full", "default");
      String words = pod.starting("app").get(10, TimeUnit.MINUTES);
      assertTrue(words.contains("host-disk-full: disk under the container's volume"), words);
      pod.remove();
    } finally {
      PodWorld.command("umount", "-l", volumes);
    }
    world.pod("full", "default").container("app", "stay").awaitLog("own=yes");
  }

  /** An archive that does not fit is no error for the runtime, and would only be missed as time. */
  @Test
  void bothEnclavesStartFromTheArchivesThatWereMeasuredWithThem() throws Exception {
    var pod = world.pod("archives", "default");
    var container = pod.container("app", "stay");
    container.awaitLog("own=yes");
    assertTrue(world.maps(pod.agent(), "/opt/theca/lib/classes.jsa"), "the agent's");
    assertTrue(world.maps(container.server(), "/opt/theca/lib/classes.jsa"), "the mount server's");
  }

  @Test
  void theAgentAndItsContainersAreInThePodsControlGroup() throws Exception {
    String parent = "/theca-pods-group";
    var pod = TestPod.run(world, "group", "default", parent);
    var container = pod.container("app", "stay");
    container.awaitLog("own=yes");
    for (String of : List.of(pod.pause(), pod.agent(), container.server(), container.id())) {
      var memory =
          world.groups(of).stream()
              .filter(
                  group ->
                      group.startsWith(":memory:")
                          || (group.startsWith("::") && !group.equals("::/")))
              .toList();
      assertFalse(memory.isEmpty(), of + " has no group for its memory");
      for (String group : memory) assertTrue(group.contains(":" + parent + "/"), of + group);
    }
  }

  @Test
  void aUserThatIsNamedIsTheImagesOwn() {
    var pod = world.pod("named", "default");
    var config = pod.config("app", "stay").userName("app").build();
    pod.container("app", "stay", config).awaitLog("uid=1234 gid=1235 groups=1235 1300");
  }

  @Test
  void anImageOfTheSameNameInAnotherRegistryIsNotTakenForOurs() throws Exception {
    try (var other = OtherRegistry.start(world)) {
      var pod = world.pod("twins", "default");
      pod.container("ours", "stay").awaitLog("own=yes");
      String foreign = refused(pod.config("app", "stay", other.image()));
      assertTrue(foreign.contains(other.image()), foreign);
      pod.container("again", "stay").awaitLog("own=yes");
    }
  }
}
