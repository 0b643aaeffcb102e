package dev.theca.stand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.stand.Mood;
import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import dev.theca.wire.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What pods, and whoever looks at them, notice when containerd, our daemon, both, the runtime or
 * the whole machine ends in the wrong moment; and that nothing is left behind, and the next pod
 * runs.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("containerds")
class FaultsTest {
  private static final Set<Integer> KILLED = Set.of(137, 255);
  private static final List<Site> SITES = new ArrayList<>();
  private static boolean daemonLost;
  private final Site site;

  FaultsTest(Path programs) {
    site = SITES.getFirst();
    assertTrue(Files.exists(programs));
  }

  static List<Path> containerds() {
    return SameOutcomeTest.containerds();
  }

  @BeforeParameterizedClassInvocation
  static void open(Path programs) {
    String missing = Stand.missing();
    assumeTrue(missing.isEmpty(), "missing: " + missing);
    String built = System.getProperty("theca.root", "../..");
    Path root = Path.of(System.getProperty("theca.stand.built", built)).toAbsolutePath();
    SITES.add(new Site(programs, Stand.Built.in(root)));
  }

  @AfterParameterizedClassInvocation
  static void close() {
    while (!SITES.isEmpty()) SITES.removeFirst().close();
  }

  @BeforeEach
  void usual() {
    site.stand.mood(Mood.USUAL);
    if (daemonLost) site.startNode();
    daemonLost = false;
  }

  /** After each: nothing is left, the daemon knows of nothing, and the next pod runs. */
  @AfterEach
  void nothingIsLeft() throws Exception {
    site.stand.mood(Mood.USUAL);
    site.removeAll();
    assertEquals(List.of(), site.stand.remains(), this::log);
    awaitKnown(0);
    assertEquals(Site.WORKS, site.works(), this::log);
    assertEquals(List.of(), site.stand.remains(), this::log);
  }

  private String log() {
    return site.stand.log("node") + site.stand.log("containerd");
  }

  private void killNode() {
    site.stand.killNode();
    daemonLost = true;
  }

  private void startNode() {
    site.startNode();
    daemonLost = false;
  }

  @Test
  void aContainerdThatDiesTakesNothingWithIt() throws Exception {
    var pod = site.pod();
    String later = site.added(pod.pod(), pod.config(), "later", "sh", "-c", "sleep 2; exit 33");
    String task = site.place.background(List.of(), "sh", "-c", "sleep 2; exit 44");
    site.stand.killContainerd();
    Thread.sleep(2500); // they end while nobody listens
    site.stand.startContainerd();
    site.awaitCri();
    assertEquals("SANDBOX_READY", site.place.podState(pod.pod()));
    assertEquals("running", site.place.cri.containerState(pod.container()).state());
    assertEquals("alive\n", site.place.criExec(pod.container(), "echo", "alive").out());
    String end = site.place.end(later);
    if (site.stand.major() < 2) {
      assertEquals("exited 33 Error", end);
      assertEquals("STOPPED", site.place.awaitStatus(task, "STOPPED"));
      assertTrue(deleted(task).contains("non-zero exit code 44"), this::log);
    } else {
      // containerd 2.x removes tasks without processes when it starts, whatever their shim
      assertTrue(Set.of("exited 33 Error", "exited 255 Unknown").contains(end), end);
    }
    site.place.cri.stopContainer(pod.container(), Duration.ZERO);
    assertEquals("exited 137 Error", site.place.end(pod.container()));
  }

  @Test
  void nobodyNoticesAnUpgrade() throws Exception {
    var pod = site.pod();
    String waiter = site.place.id();
    var waits = site.waiting(waiter, "sh", "-c", "until [ -e /go ]; do sleep 0.1; done; exit 42");
    assertEquals("RUNNING", site.place.awaitStatus(waiter, "RUNNING"));
    String cat = site.place.waiting();
    Path talk = site.stand.root().resolve("talk");
    Sh.run(List.of("mkfifo", talk.toString())).orThrow();
    var session =
        Site.beside(
            () ->
                Sh.run(
                    List.of(
                        "sh",
                        "-c",
                        String.join(
                                " ", site.stand.ctr("task", "exec", "--exec-id", "s", cat, "cat"))
                            + " <"
                            + talk)));
    try (var in = Files.newOutputStream(talk)) {
      in.write("before\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      in.flush();
      Thread.sleep(500);
      var done = site.daemon().upgrade(Duration.ofSeconds(20));
      assertTrue(done instanceof Outcome.Granted, done + log());
      var upgraded = done.orThrow();
      assertEquals(upgraded.before().integer("pid"), upgraded.after().integer("pid"));
      assertEquals(upgraded.before().object("containers"), upgraded.after().object("containers"));
      in.write("after\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    var talked = session.get(120, TimeUnit.SECONDS);
    assertEquals("before\nafter\n", talked.out(), talked.err() + log());
    assertEquals(0, talked.code());
    assertEquals("alive\n", site.place.criExec(pod.container(), "echo", "alive").out());
    assertEquals("SANDBOX_READY", site.place.podState(pod.pod()));
    assertEquals(0, site.place.exec(waiter, "touch", "/go").code());
    assertEquals(42, waits.get(120, TimeUnit.SECONDS).code());
    Files.delete(talk);
  }

  @Test
  void aDaemonThatDiesEndsItsPodsWithAReason() throws Exception {
    var pod = site.pod();
    String second = site.added(pod.pod(), pod.config(), "second", "sleep", "1000");
    String task = site.place.waiting();
    String waiter = site.place.id();
    var waits = site.waiting(waiter, "sleep", "1000");
    assertEquals("RUNNING", site.place.awaitStatus(waiter, "RUNNING"));
    awaitKnown(5);
    killNode();
    var ran = waits.get(120, TimeUnit.SECONDS);
    boolean told = ran.code() == 1 && ran.err().contains("ttrpc: closed");
    assertTrue(told || KILLED.contains(ran.code()), ran + log());
    for (String container : List.of(pod.container(), second))
      assertTrue(site.place.end(container).matches("exited (137|255) .*"), this::log);
    String status = site.place.awaitStatus(task, "STOPPED");
    assertTrue(Set.of("", "STOPPED").contains(status), status);
    for (int i = 0; i < 600 && !site.place.podState(pod.pod()).endsWith("NOTREADY"); i++)
      Place.pause(100);
    assertEquals("SANDBOX_NOTREADY", site.place.podState(pod.pod()));
    site.removeAll(); // also without a daemon
    assertEquals(List.of(), site.stand.remains("index"), this::log);
    startNode();
  }

  /** As systemd does: the next daemon may come while containerd still cleans up after the first. */
  @Test
  void aDaemonThatIsBackAtOnceKnowsNothingThatContainerdDoesNot() throws Exception {
    for (int i = 0; i < 3; i++) {
      var pod = site.pod();
      String task = site.place.waiting();
      awaitKnown(3);
      killNode();
      startNode();
      assertTrue(site.place.end(pod.container()).matches("exited (137|255) .*"), this::log);
      site.removeAll();
      assertFalse(site.place.ctr("task", "list", "-q").out().contains(task));
      awaitKnown(0);
    }
  }

  @Test
  void containersGoOnWhenBothDieAndTheDaemonIsBackFirst() throws Exception {
    var pod = site.pod();
    String task = site.place.waiting();
    String ends = site.place.background(List.of(), "sh", "-c", "sleep 2; exit 9");
    killNodeAndContainerd();
    Thread.sleep(2500);
    startNode();
    site.stand.startContainerd();
    site.awaitCri();
    assertEquals("alive\n", site.place.criExec(pod.container(), "echo", "alive").out());
    if (site.stand.major() < 2) {
      assertEquals("STOPPED", site.place.awaitStatus(ends, "STOPPED"));
      String said = deleted(ends); // nobody saw its end, but the kernel may still know it
      assertTrue(said.matches("(?s).*non-zero exit code (9|255).*"), () -> said + log());
    }
    assertEquals(0, site.place.exec(task, "true").code());
    site.place.ctr("task", "kill", "--signal", "KILL", task);
    assertEquals("STOPPED", site.place.awaitStatus(task, "STOPPED"));
    assertTrue(deleted(task).matches("(?s).*non-zero exit code (137|255).*"));
  }

  private String deleted(String task) {
    var ran = site.place.ctr("task", "delete", task);
    return ran.err() + ran.out();
  }

  @Test
  void containersEndWhenBothDieAndContainerdIsBackFirst() throws Exception {
    var pod = site.pod();
    String task = site.place.waiting();
    killNodeAndContainerd();
    site.stand.startContainerd();
    site.awaitCri();
    assertTrue(site.place.end(pod.container()).matches("exited (137|255) .*"), this::log);
    startNode();
    String status = site.place.status(task);
    assertTrue(Set.of("", "STOPPED").contains(status), status);
  }

  /** containerd dies first, as it would otherwise end what is left of the daemon. */
  private void killNodeAndContainerd() {
    site.stand.killContainerd();
    killNode();
  }

  @Test
  void aDaemonThatDiesInTheMiddleOfCreateLeavesNothing() throws Exception {
    for (Mood mood : List.of(Mood.SLOW, Mood.LATE)) {
      dieInTheMiddleOfCreate(mood, false);
      dieInTheMiddleOfCreate(mood, true);
    }
  }

  private void dieInTheMiddleOfCreate(Mood mood, boolean both) throws Exception {
    site.stand.mood(mood);
    var waits = site.waiting(site.place.id(), "sleep", "1000");
    var pod =
        Site.beside(() -> assertThrows(RuntimeException.class, () -> site.pod()).getMessage());
    Mood.await(site.stand);
    if (both) killNodeAndContainerd();
    else killNode();
    var ran = waits.get(120, TimeUnit.SECONDS);
    assertEquals(1, ran.code(), ran.err());
    String said = pod.get(120, TimeUnit.SECONDS);
    if (!both) {
      assertTrue(ran.err().contains("ttrpc: closed"), ran.err());
      assertTrue(said.contains("ttrpc: closed"), said);
    }
    startNode();
    if (both) {
      site.stand.startContainerd();
      site.awaitCri();
    }
    site.removeAll();
    assertEquals(List.of(), site.stand.remains(), mood + log());
  }

  @Test
  void aRuntimeThatDiesInTheMiddleOfCreateLeavesNothing() throws Exception {
    for (int millis : List.of(0, 10, 20, 30, 45, 60)) {
      site.stand.mood(Mood.dying(millis));
      var ran = site.place.run(List.of(), "true");
      assertEquals(1, ran.code());
      assertTrue(ran.err().contains("create failed"), ran.err());
      assertEquals(List.of(), site.stand.remains(), millis + " ms" + log());
    }
    var fault = assertThrows(RuntimeException.class, () -> site.pod());
    assertTrue(fault.getMessage().contains("create failed"), fault.getMessage());
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothing() throws Exception {
    Path bundles = site.stand.run().resolve("state/io.containerd.runtime.v2.task");
    for (Path place :
        List.of(bundles.resolve(site.stand.name()), site.stand.run().resolve("runc-theca-plain"))) {
      Files.createDirectories(place);
      Sh.run(List.of("mount", "-t", "tmpfs", "-o", "size=96k", "none", place + "")).orThrow();
      try {
        String seen = fillUpWhile(place);
        // of its own folder the runtime says only what it could not do
        assertTrue(seen.matches("(?s).*(no space left|No space left|create failed).*"), seen);
      } finally {
        Sh.run(List.of("umount", "-l", place + "")).orThrow();
      }
    }
  }

  /** With fewer and fewer free pages: it runs, or the reason is said; then nothing is left. */
  private String fillUpWhile(Path place) throws Exception {
    var seen = new StringBuilder();
    Path filler = place.resolve("filler");
    for (int free = 10; free >= 0; free--) {
      Files.deleteIfExists(filler);
      Sh.run(List.of("sh", "-c", "head -c " + (24 - free) * 4096 + " /dev/zero >" + filler));
      var ran =
          site.place.run(List.of("--runc-root", site.stand.run() + "/runc-theca-plain"), "true");
      if (ran.code() != 0) seen.append(ran.err());
      assertEquals(List.of(), site.stand.remains(place + ""), free + " pages" + log());
    }
    Files.deleteIfExists(filler);
    var ran = site.place.run(List.of(), "true");
    assertEquals(0, ran.code(), ran.err());
    return seen.toString();
  }

  @Test
  void aRebootLeavesNothing() throws Exception {
    site.pod();
    site.place.waiting();
    site.stand.reboot();
    startNode();
    site.stand.startContainerd();
    site.awaitCri();
    assertEquals(0, site.known());
  }

  private void awaitKnown(long wanted) throws Exception {
    for (int i = 0; i < 1200 && site.known() != wanted; i++) Thread.sleep(50);
    assertEquals(wanted, site.known(), this::log);
  }
}
