package dev.theca.node.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.node.client.LibraryClient;
import dev.theca.wire.proto.ProtoWriter;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What containers, and whoever waits for them, notice when the daemon is replaced or dies. */
@Timeout(600)
class RestartTest {
  @TempDir Path folder;
  private DaemonStand stand;

  @BeforeEach
  void daemon() throws Exception {
    assumeTrue(Stand.possible(), "needs root, runc and a static busybox");
    stand = new DaemonStand(folder);
  }

  @AfterEach
  void end() throws Exception {
    if (stand != null) stand.close();
  }

  private static CompletableFuture<Integer> waiting(Box box, String execId) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return box.await(execId);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aRequestThatWaitsGetsItsAnswerFromTheNewProgram() throws Exception {
    String until = "trap 'exit 42' TERM; while true; do sleep 0.1; done";
    Box box = stand.box("waits", "sh", "-c", until).runTrapping(15);
    var exit = waiting(box, "");
    Thread.sleep(300);
    long pid = stand.pid();
    stand.upgrade();
    assertEquals(pid, stand.status().integer("pid").orElseThrow());
    assertFalse(exit.isDone());
    box.kill("", 15, false);
    assertEquals(42, exit.get(60, TimeUnit.SECONDS));
    stand.awaitTold("exit waits waits");
    assertEquals(42, box.delete());
  }

  @Test
  void anEndDuringTheChangeKeepsItsCode() throws Exception {
    var boxes = new ArrayList<Box>();
    for (int i = 0; i < 12; i++)
      boxes.add(stand.box("b" + i, "sh", "-c", "sleep " + (0.3 * i) + "; exit " + (10 + i)).run());
    stand.upgrade();
    stand.upgrade();
    for (int i = 0; i < 12; i++) {
      assertEquals(10 + i, boxes.get(i).await(), stand.log());
      assertEquals(10 + i, boxes.get(i).delete());
    }
    for (int i = 0; i < 12; i++) stand.awaitTold("exit b" + i + " b" + i);
  }

  @Test
  void inputAndOutputGoOn() throws Exception {
    Box box = stand.box("cat", "cat").talking().listening();
    box.run();
    try (OutputStream in = Files.newOutputStream(Path.of(box.in))) {
      in.write("before\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      Thread.sleep(300);
      stand.upgrade();
      in.write("after\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      Thread.sleep(300);
      box.closeInput("");
    }
    assertEquals(0, box.await());
    assertEquals(0, box.delete());
    assertEquals("before\nafter\n", box.text("out"));
  }

  @Test
  void aTerminalGoesOn() throws Exception {
    Box box = stand.box("tty", "sh").terminal().talking().listening();
    box.run();
    try (OutputStream in = Files.newOutputStream(Path.of(box.in))) {
      in.write("echo one$((1+1))\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      Thread.sleep(500);
      stand.upgrade();
      box.resize("", 91, 33);
      in.write("stty size; echo two$((1+1)); exit 5\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      assertEquals(5, box.await());
    }
    assertEquals(5, box.delete());
    String said = box.text("out");
    for (String part : List.of("one2", "33 91", "two2")) assertTrue(said.contains(part), said);
  }

  @Test
  void addedProcessesAreKnownAndCanBeAdded() throws Exception {
    Box box = stand.box("host", "sleep", "1000").run();
    box.exec("old", "sh", "-c", "sleep 3; exit 9");
    box.start("old");
    box.exec("created", "sh", "-c", "exit 11");
    stand.upgrade();
    box.exec("new", "sh", "-c", "exit 8");
    box.start("new");
    box.start("created");
    assertEquals(8, box.await("new"));
    assertEquals(9, box.await("old"));
    assertEquals(11, box.await("created"));
    box.kill("", 9, false);
    assertEquals(137, box.await());
    assertEquals(137, box.delete());
  }

  /** The runtime is asked to end what is left of a container without processes of its own. */
  @Test
  void anEndThatIsBeingToldIsToldBeforeTheChange() throws Exception {
    Path asked = folder.resolve("asked");
    Path slow =
        Files.writeString(
            folder.resolve("slow-runc"),
            """
            #!/bin/sh
            case "$*" in *" kill "*) echo >%s; sleep 2;; esac
            exec %s "$@"
            """
                .formatted(asked, Stand.RUNC));
    Stand.run("chmod", "755", slow.toString());
    Box box = stand.box("swept", "sleep", "1000").hostProcesses();
    box.options = new ProtoWriter().string(6, slow.toString()).toBytes();
    box.run();
    box.exec("e", "sleep", "1000");
    box.start("e");
    box.kill("", 9, false);
    while (!Files.exists(asked)) Thread.sleep(10);
    stand.upgrade();
    assertEquals(137, box.await());
    stand.awaitTold("exit swept swept");
    int others = stand.told.indexOf("exit swept e");
    assertTrue(0 <= others && others < stand.told.indexOf("exit swept swept"), stand.told + "");
    assertEquals(137, box.delete());
  }

  @Test
  void pausedStaysPaused() throws Exception {
    Box box = stand.box("paused", "sleep", "1000").run();
    box.call("Pause");
    stand.upgrade();
    assertEquals(4, box.status(""));
    box.call("Resume");
    assertEquals(2, box.status(""));
    box.kill("", 9, false);
    assertEquals(137, box.await());
    assertEquals(137, box.delete());
  }

  @Test
  void eventsThatNobodyTookAreToldLater() throws Exception {
    Box box = stand.box("deaf", "sh", "-c", "sleep 1; exit 3").run();
    stand.awaitTold("start deaf");
    stand.deaf();
    assertEquals(3, box.await());
    stand.upgrade();
    stand.hears();
    stand.awaitTold("exit deaf deaf");
    assertEquals(3, box.delete());
  }

  /** containerd has one connection to the snapshotter, and takes any fault for a broken node. */
  @Test
  void callsOfTheSnapshotterAreAnsweredThroughTwoChanges() throws Exception {
    try (var client = new LibraryClient(stand.snapshots());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stop = new AtomicBoolean();
      var calls = new AtomicIntegerArray(3);
      var asking = new ArrayList<Future<?>>();
      for (int i = 0; i < calls.length(); i++) {
        int number = i;
        asking.add(threads.submit(() -> ask(client, number, calls, stop)));
      }
      for (int changes = 0; changes < 2; changes++) {
        stand.upgrade();
        for (int i = 0; i < calls.length(); i++) awaitMore(calls, i, asking.get(i));
      }
      stop.set(true);
      for (var one : asking) one.get();
      assertFalse(client.lost(), "the connection is another");
    }
  }

  /** Until five more calls were answered, or the caller was refused one. */
  private static void awaitMore(AtomicIntegerArray calls, int i, Future<?> caller)
      throws Exception {
    int enough = calls.get(i) + 5;
    while (calls.get(i) < enough && !caller.isDone()) Thread.sleep(10);
    if (caller.isDone()) caller.get();
  }

  private static void ask(
      LibraryClient client, int number, AtomicIntegerArray calls, AtomicBoolean stop) {
    String service = "containerd.services.snapshots.v1.Snapshots";
    byte[] request = new ProtoWriter().string(1, "theca").string(2, "k/" + number).toBytes();
    assertTrue(client.call(service, "Prepare", request).length > 0);
    for (; !stop.get(); calls.incrementAndGet(number)) {
      assertTrue(client.call(service, "Stat", request).length > 0);
      int size = 0;
      var list = client.stream(service, "List", new byte[0]);
      while (list.hasNext()) size += list.next().length;
      assertTrue(size > 0);
    }
  }

  @Test
  void noDescriptorIsLeftOverFromTenChanges() throws Exception {
    Box box = stand.box("steady", "sleep", "1000").talking().listening();
    box.run();
    stand.upgrade();
    long before = descriptors();
    for (int i = 0; i < 10; i++) stand.upgrade();
    for (int i = 0; i < 1000 && descriptors() > before + 2; i++) Thread.sleep(10);
    assertTrue(descriptors() <= before + 2, before + " became " + descriptors());
    box.kill("", 9, false);
    assertEquals(137, box.await());
    assertEquals(137, box.delete());
  }

  private long descriptors() throws Exception {
    try (var list = Files.list(Path.of("/proc", stand.pid() + "", "fd"))) {
      return list.count();
    }
  }

  @Test
  void containersOfADaemonThatDiedAreKnownToTheNext() throws Exception {
    Box living =
        stand
            .box("lives", "sh", "-c", "trap 'exit 21' TERM; while :; do sleep 0.2; done")
            .listening();
    living.runTrapping(15);
    Box ended = stand.box("ends", "sleep", "1000").run();
    stand.killAndRestart();
    assertEquals(2, living.status(""));
    living.exec("more", "sh", "-c", "exit 4");
    living.start("more");
    assertEquals(4, living.await("more"));
    living.kill("", 15, false);
    int code = living.await();
    assertTrue(code == 21 || code == 255, "255 where the kernel tells nobody: " + code);
    ended.kill("", 9, false);
    ended.await();
    living.delete();
    ended.delete();
  }

  @Test
  void aContainerThatEndedWithoutADaemonIsToldToHaveEnded() throws Exception {
    Box box = stand.box("gone", "sh", "-c", "sleep 1; exit 6").run();
    stand.awaitTold("start gone");
    stand.killAndRestart();
    Thread.sleep(1500);
    box.await();
    stand.awaitTold("exit gone gone");
    box.delete();
    var containers = stand.status().object("containers").orElseThrow();
    assertEquals(0, containers.integer("theca-plain").orElseThrow());
  }

  /** The state of one is spoilt, that of the other was not written yet. */
  @Test
  void whoIsNotTakenOverIsNamedInWords() throws Exception {
    Box spoilt = stand.box("spoilt", "sleep", "1000").run();
    Box begun = stand.box("begun", "sleep", "1000").run();
    Files.writeString(spoilt.bundle.resolve("theca.json"), "{\"version\":99}");
    Files.delete(begun.bundle.resolve("theca.json"));
    stand.killAndRestart();
    String log = stand.log();
    assertTrue(
        log.contains(
            "stage=adopt bundle="
                + spoilt.bundle
                + " outcome=dropped reason=\"task-state: theca.json is of version 99, expected"),
        log);
    assertTrue(
        log.contains("bundle=" + begun.bundle + " outcome=dropped reason=\"its daemon"), log);
    assertFalse(log.contains("Refused[") || log.contains("Granted["), log);
  }
}
