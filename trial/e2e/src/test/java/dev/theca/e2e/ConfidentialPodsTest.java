package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.node.client.ControlClient;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Confidential pods as their users run them, in one world: what an image says is honoured, what a
 * pod may not wish is refused with words, and whatever dies leaves a reason and nothing else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfidentialPodsTest {
  private PodWorld world;

  @BeforeAll
  void begin() throws Exception {
    world = PodWorld.begin("theca-pods");
  }

  @AfterAll
  void end() throws Exception {
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
    assertTrue(init.log().contains("once is over"), init.log());
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
  void severalPodsComeAtOnce() throws Exception {
    var all = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 4; i++) {
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
    for (var one : all) assertFalse(one.get(3, TimeUnit.MINUTES).isEmpty());
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
    var client = new ControlClient(world.run().resolve("node.sock"));
    for (int i = 0; i < 2; i++) {
      var done = client.upgrade(Duration.ofSeconds(20)).orThrow();
      assertEquals(done.before().integer("pid"), done.after().integer("pid"));
    }
    assertEquals("1234\n", container.exec("id", "-u"));
    pod.container("more", "stay").awaitLog("own=yes");
    world.kill(pod.agent());
    assertEquals(137, container.awaitExit());
    pod.awaitNotReady();
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
    container.awaitExit();
    assertTrue(Files.readString(message).startsWith("mount-server-lost: "));
    assertEquals("1234\n", other.exec("id", "-u"));
    container.remove();
    pod.container("app", "stay").awaitLog("own=yes");
  }

  @Test
  void anAgentThatIsKilledWhileItPullsIsTheReasonOfTheError() throws Exception {
    var pod = world.pod("pulling", "default");
    try (var frozen = world.freeze("registry")) {
      assertTrue(frozen.isFrozen());
      var starting = pod.starting("app");
      TimeUnit.SECONDS.sleep(2);
      world.kill(pod.agent());
      String words = starting.get(1, TimeUnit.MINUTES);
      assertTrue(words.contains("agent-lost: agent of the pod is ended by signal 9"), words);
    }
  }

  @Test
  void aPodThatIsRemovedWhileItPullsIsGoneAtOnce() throws Exception {
    var pod = world.pod("stuck", "default");
    try (var frozen = world.freeze("registry")) {
      assertTrue(frozen.isFrozen());
      var starting = pod.starting("app");
      TimeUnit.SECONDS.sleep(2);
      pod.remove();
      String words = starting.get(1, TimeUnit.MINUTES);
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
      String words = pod.starting("app").get(3, TimeUnit.MINUTES);
      assertTrue(words.contains("kbs-unreachable: broker is the broker at http"), words);
    }
    world.pod("broker", "default").container("app", "stay").awaitLog("own=yes");
  }
}
