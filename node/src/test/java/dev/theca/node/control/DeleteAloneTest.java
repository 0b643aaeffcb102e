package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.proto.ProtoReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's {@code delete} with the daemon gone: a pod really ends, and nothing else does. */
class DeleteAloneTest {
  @TempDir Path folder;
  private LeftBehind left;

  @BeforeEach
  void real() throws Exception {
    left = new LeftBehind(folder.toRealPath());
    assumeTrue(LeftBehind.possible(), "needs root, runc and busybox-static");
  }

  @AfterEach
  void clean() throws Exception {
    left.clean();
  }

  private Launched delete(String name) throws Exception {
    return Launched.in(
        folder,
        new byte[0],
        "-namespace",
        "ns",
        "-id",
        left.id(name),
        "-bundle",
        left.bundle(name).toString(),
        "delete");
  }

  private void launchFile(
      String name, List<String> also, List<Path> umount, List<Path> remove, List<String> pod)
      throws Exception {
    LaunchFile.write(left.bundle(name), LeftBehind.RUNC, left.runcRoot, also, umount, remove, pod);
  }

  private Path mounted(Path where) throws Exception {
    Files.createDirectories(where);
    LeftBehind.run("mount", "-t", "tmpfs", "theca-test", where.toString());
    return where;
  }

  @Test
  void a_pod_ends_with_agent_containers_mounts_and_folders_and_its_neighbour_lives_on()
      throws Exception {
    Path run = left.runcRoot.resolveSibling("theca");
    Path agent = run.resolve("pods/p/agent-bundle");
    for (String name : List.of("sandbox", "app2x", "app1x", "neighbour")) left.start(name);
    left.start("agent", Files.createDirectories(agent));
    Files.writeString(left.bundle("app2x").resolve("sandbox"), left.id("sandbox"));
    Files.writeString(left.bundle("neighbour").resolve("sandbox"), left.id("other"));
    Path precious = Files.createDirectories(folder.toRealPath().resolve("precious"));
    Files.writeString(precious.resolve("file"), "stays");
    Path deep = Files.createDirectories(run.resolve("pods/p/a/b/c"));
    Files.createSymbolicLink(deep.resolve("out"), precious);
    Path guest = mounted(run.resolve("pods/p/mnt"));
    Path appMount = mounted(left.bundle("app2x").resolve("data"));
    launchFile(
        "sandbox",
        List.of(left.id("agent")),
        List.of(guest, agent.resolve("rootfs")),
        List.of(run.resolve("pods/p")),
        List.of(left.id("app1x"), left.id("nobody")));
    launchFile("app2x", List.of(), List.of(appMount), List.of(), List.of());
    launchFile("neighbour", List.of(), List.of(), List.of(), List.of());
    long pid = LeftBehind.pid(left.bundle("sandbox"));
    List<Long> pids =
        List.of(
            pid,
            LeftBehind.pid(left.bundle("app2x")),
            LeftBehind.pid(left.bundle("app1x")),
            LeftBehind.pid(agent));
    long before = Instant.now().getEpochSecond();

    var ended = delete("sandbox");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    var in = new ProtoReader(ended.out());
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).as("field 1, pid").isEqualTo(pid);
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).as("field 2, exit status").isEqualTo(137);
    assertThat(in.next()).isTrue();
    var at = in.message();
    assertThat(at.next()).isTrue();
    assertThat(at.varint()).isBetween(before, Instant.now().getEpochSecond());
    assertThat(in.next()).isFalse();

    for (String name : List.of("sandbox", "app2x", "app1x", "agent")) {
      assertThat(left.known(name)).as(name).isFalse();
      assertThat(left.mounted(left.bundle(name).resolve("rootfs"))).as(name).isFalse();
    }
    for (long one : pids) assertThat(LeftBehind.alive(one)).isFalse();
    assertThat(left.mounted(guest)).isFalse();
    assertThat(left.mounted(appMount)).isFalse();
    assertThat(run.resolve("pods/p")).doesNotExist();
    assertThat(precious.resolve("file")).as("no link is followed").hasContent("stays");
    assertThat(left.bundle("sandbox")).as("the bundle is containerd's").exists();

    assertThat(LeftBehind.alive(LeftBehind.pid(left.bundle("neighbour")))).isTrue();
    assertThat(left.known("neighbour")).isTrue();
    assertThat(left.mounted(left.bundle("neighbour").resolve("rootfs"))).isTrue();

    assertThat(delete("sandbox").code()).as("once more finds nothing, and that is well").isZero();
  }

  @Test
  void a_daemon_that_does_not_answer_is_not_waited_for() throws Exception {
    left.start("sandbox");
    launchFile("sandbox", List.of(), List.of(), List.of(), List.of());
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(folder.resolve("node.sock")));
      assertThat(delete("sandbox").code()).isZero();
    }
    assertThat(left.known("sandbox")).isFalse();
  }

  @Test
  void several_calls_for_one_pod_at_the_same_time_all_end_well() throws Exception {
    left.start("sandbox");
    left.start("app");
    launchFile("sandbox", List.of(), List.of(), List.of(), List.of(left.id("app")));
    launchFile("app", List.of(), List.of(), List.of(), List.of());
    var calls = new ArrayList<Callable<Launched>>();
    for (String name : List.of("sandbox", "app", "sandbox", "app")) calls.add(() -> delete(name));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : threads.invokeAll(calls)) {
        var ended = call.get();
        assertThat(ended.code()).as(ended.err()).isZero();
      }
    }
    assertThat(left.known("sandbox") || left.known("app")).isFalse();
  }

  @Test
  void what_is_mounted_in_a_folder_to_remove_is_nobody_s_to_delete() throws Exception {
    Path precious = Files.createDirectories(folder.toRealPath().resolve("precious"));
    Files.writeString(precious.resolve("file"), "stays");
    Path pod = Files.createDirectories(folder.toRealPath().resolve("theca/pods/p"));
    Path bound = Files.createDirectories(pod.resolve("bound"));
    Files.createDirectories(left.bundle("sandbox"));
    LeftBehind.run("mount", "--bind", precious.toString(), bound.toString());
    launchFile("sandbox", List.of(), List.of(), List.of(pod), List.of());
    var ended = delete("sandbox");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains(pod.toString());
    assertThat(precious.resolve("file")).hasContent("stays");
    launchFile("sandbox", List.of(), List.of(bound), List.of(pod), List.of());
    assertThat(delete("sandbox").code()).as("named, it is detached first").isZero();
    assertThat(pod).doesNotExist();
    assertThat(precious.resolve("file")).hasContent("stays");
  }

  private Path script(String text) throws Exception {
    Path script = Files.writeString(folder.toRealPath().resolve("runc.sh"), "#!/bin/sh\n" + text);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_runtime_that_fails_or_hangs_or_is_missing_is_said_and_the_folders_stay() throws Exception {
    Path state = Files.createDirectories(left.runcRoot.resolve("ns").resolve(left.id("sandbox")));
    Path pod = Files.createDirectories(folder.toRealPath().resolve("theca/pods/p"));
    Files.createDirectories(left.bundle("sandbox"));
    Path missing = folder.toRealPath().resolve("nothing");
    for (Path runc :
        List.of(missing, script("echo a reason >&2; exit 1"), script("exec sleep 100"))) {
      LaunchFile.write(
          left.bundle("sandbox"),
          runc,
          left.runcRoot,
          List.of(),
          List.of(),
          List.of(pod),
          List.of());
      var ended = delete("sandbox");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).contains(state.toString());
      assertThat(pod).exists();
    }
    Files.delete(state); // the clean-up would ask the runtime for it
  }

  @Test
  void lines_that_mean_nothing_are_left_out_and_names_lead_nowhere_else() throws Exception {
    Path stays = Files.createDirectories(folder.toRealPath().resolve("stays/here"));
    Files.createDirectories(left.bundle("sandbox"));
    Path file = left.bundle("sandbox").resolve("theca.launch");
    Files.writeString(
        file,
        "future=1\n\nnonsense\n=x\nruncx=/bin/false\nalso=../x\nalso=\npod=..\npod=a/b\nrmdir="
            + stays); // no end of the line: it may be torn
    assertThat(delete("sandbox").code()).isZero();
    assertThat(stays).exists();
    for (String path :
        List.of("/", "/stays", "relative/x", "", stays + "/..", stays + "/../here", stays + "/")) {
      Files.writeString(file, "rmdir=" + path + "\n");
      assertThat(delete("sandbox").code()).as(path).isEqualTo(1);
      assertThat(stays).exists();
    }
    Files.writeString(file, "x".repeat(70_000));
    assertThat(delete("sandbox").err()).contains("longer than 64 KiB");
  }

  @Test
  void without_a_file_the_usual_places_are_looked_at() throws Exception {
    Path pod = folder.toRealPath().resolve("pods").resolve(left.id("sandbox"));
    Files.createDirectories(pod.resolve("agent"));
    Files.createDirectories(left.bundle("sandbox"));
    assertThat(delete("sandbox").code()).isZero();
    assertThat(pod).doesNotExist();
  }
}
