package dev.theca.node.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done without a process of the runtime, and what is left to it (real runc). */
@Timeout(120)
class DirectCallsTest {
  private static final String RUN = "exec sleep 1000";

  @TempDir Path folder;
  private Watched box;

  @BeforeEach
  void box() throws Exception {
    assumeTrue(Watched.possible(), "needs root, runc and busybox-static");
    box = new Watched(folder, "");
  }

  @AfterEach
  void clean() throws Exception {
    if (box != null) box.close();
  }

  private Path fifo() {
    return box.state().resolve("exec.fifo");
  }

  private static String command(ChildProcess init) throws Exception {
    return Files.readString(Path.of("/proc/" + init.pid() + "/cmdline"));
  }

  @Test
  void a_container_is_started_and_removed_without_the_runtime() throws Exception {
    var init = box.create("echo started >/mark; exec sleep 1000");
    assertThat(folder.resolve("rootfs/mark")).doesNotExist();
    box.runc.start(box.id);
    for (int i = 0; i < 3000 && command(init).contains("init"); i++) Thread.sleep(10);
    assertThat(command(init)).doesNotContain("init");
    assertThat(fifo()).doesNotExist();
    assertThat(box.groups()).isNotEmpty();
    for (int i = 0; i < 3000 && !Files.exists(folder.resolve("rootfs/mark")); i++) Thread.sleep(10);
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(box.state()).doesNotExist();
    assertThat(box.groups()).isEmpty();
    assertThat(folder.resolve("rootfs/mark")).exists();
    assertThat(box.calls()).containsExactly("create");
  }

  @Test
  void who_ends_at_once_was_started() throws Exception {
    var init = box.create("exit 0");
    box.runc.start(box.id);
    Watched.awaitEnd(init);
    box.runc.delete(box.id);
    assertThat(box.calls()).containsExactly("create");
  }

  @Test
  void a_second_start_is_answered_by_the_runtime() throws Exception {
    var init = box.create(RUN);
    box.runc.start(box.id);
    assertThatThrownBy(() -> box.runc.start(box.id))
        .hasMessage("OCI runtime start failed: cannot start an already running container");
    assertThat(init.signal(0)).isTrue();
    assertThat(box.calls()).containsExactly("create", "start");
  }

  @Test
  void of_two_starts_at_once_one_has_started_it() throws Exception {
    var init = box.create(RUN);
    var other = new Runc(Path.of("/usr/sbin/runc"), box.root);
    String[] said = {"", ""};
    var threads = new Thread[2];
    for (int i = 0; i < 2; i++) {
      int me = i;
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      (me == 0 ? box.runc : other).start(box.id);
                    } catch (RuncException e) {
                      said[me] = String.valueOf(e.getMessage());
                    }
                  });
    }
    for (Thread thread : threads) thread.join();
    assertThat(init.signal(0)).isTrue();
    assertThat(fifo()).doesNotExist();
    assertThat(said).contains("");
  }

  @Test
  void an_init_that_was_killed_before_its_start_is_not_started() throws Exception {
    var init = box.create(RUN);
    Watched.kill(init);
    assertThatThrownBy(() -> box.runc.start(box.id))
        .hasMessage("OCI runtime start failed: cannot start a container that has stopped");
    box.runc.delete(box.id);
    assertThat(box.state()).doesNotExist();
    assertThat(box.groups()).isEmpty();
    assertThat(box.calls()).containsExactly("create", "start");
  }

  @Test
  void an_init_that_dies_while_it_is_started_hangs_nobody() throws Exception {
    var init = box.create(RUN);
    silence();
    var killer = whenWaitedFor(() -> Watched.kill(init));
    assertThatThrownBy(() -> box.runc.start(box.id))
        .hasMessage("OCI runtime start failed: container process is already dead");
    killer.join();
    assertThat(box.calls()).containsExactly("create");
  }

  @Test
  void one_that_another_has_just_started_is_running_already() throws Exception {
    var init = box.create(RUN);
    silence();
    var other = whenWaitedFor(() -> Files.delete(fifo()));
    assertThatThrownBy(() -> box.runc.start(box.id))
        .hasMessage("OCI runtime start failed: cannot start an already running container");
    other.join();
    assertThat(init.signal(0)).isTrue();
    assertThat(box.calls()).containsExactly("create");
  }

  /** Another FIFO in the place of init's. */
  private void silence() throws Exception {
    Files.move(fifo(), folder.resolve("real.fifo")); // init waits there
    assertThat(new ProcessBuilder("mkfifo", fifo().toString()).start().waitFor()).isZero();
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Does something as soon as this process waits at the FIFO. */
  private Thread whenWaitedFor(Action action) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (!isOpen(fifo())) Thread.sleep(10);
                action.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private static boolean isOpen(Path file) throws Exception {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(link -> leadsTo(link, file));
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (java.io.IOException e) {
      return false; // closed meanwhile
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "file", "folder"})
  void what_took_the_fifos_place_is_neither_followed_nor_read(String kind) throws Exception {
    var init = box.create(RUN);
    Path elsewhere = folder.resolve("elsewhere.fifo");
    Files.move(fifo(), elsewhere);
    switch (kind) {
      case "link" -> Files.createSymbolicLink(fifo(), elsewhere);
      case "file" -> Files.writeString(fifo(), "0");
      default -> Files.createDirectory(fifo());
    }
    assertThatThrownBy(() -> box.runc.start(box.id)).hasMessageContaining("exec fifo");
    assertThat(command(init)).contains("init");
    assertThat(box.calls()).containsExactly("create");
    assertThat(fifo().toFile()).satisfies(f -> assertThat(Files.exists(f.toPath())).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"poststart", "poststop", "startContainer"})
  void hooks_are_the_runtimes_business(String stage) throws Exception {
    Path mark = folder.resolve("rootfs/hooked");
    String place = stage.equals("startContainer") ? "/hooked" : mark.toString();
    box.hooks =
        "\"hooks\":{\"%s\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo 1 >%s\"]}]},"
            .formatted(stage, place);
    var init = box.create(RUN);
    box.runc.start(box.id);
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(mark).exists();
    assertThat(box.calls()).containsExactly("create", "start", "delete");
  }

  @Test
  void a_process_that_outlives_init_is_ended_by_the_runtime() throws Exception {
    box.namespaces = "{\"type\":\"mount\"}";
    var init = box.create("sleep 1000 & exec sleep 1000");
    box.runc.start(box.id);
    for (int i = 0; i < 3000 && processes() < 2; i++) Thread.sleep(10);
    assertThat(processes()).isEqualTo(2);
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(box.state()).doesNotExist();
    assertThat(box.groups()).isEmpty();
    assertThat(box.calls()).contains("delete");
  }

  private int processes() throws Exception {
    return Files.readAllLines(box.groups().getFirst().resolve("cgroup.procs")).size();
  }

  @Test
  void groups_below_a_containers_own_go_with_it() throws Exception {
    var init = box.create(RUN);
    box.runc.start(box.id);
    for (Path group : box.groups()) {
      Files.createDirectories(group.resolve("a/b"));
      Files.createDirectories(group.resolve("c"));
    }
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(box.groups()).isEmpty();
    assertThat(box.calls()).containsExactly("create");
  }

  @Test
  void a_running_container_is_ended_by_the_runtime() throws Exception {
    var init = box.create(RUN);
    box.runc.start(box.id);
    box.runc.delete(box.id);
    Watched.awaitEnd(init);
    assertThat(box.state()).doesNotExist();
    assertThat(box.calls()).containsExactly("create", "delete");
  }

  @Test
  void a_paused_container_is_the_runtimes_business() throws Exception {
    var init = box.create(RUN);
    box.runc.pause(box.id);
    assertThatThrownBy(() -> box.runc.start(box.id))
        .hasMessage("OCI runtime start failed: cannot start a container in the paused state");
    box.runc.resume(box.id);
    box.runc.start(box.id);
    box.runc.pause(box.id);
    box.runc.delete(box.id);
    Watched.awaitEnd(init);
    assertThat(box.state()).doesNotExist();
    assertThat(box.calls())
        .containsExactly("create", "pause", "start", "resume", "pause", "delete");
  }

  @Test
  void a_file_of_somebody_else_in_its_folder_is_the_runtimes_business() throws Exception {
    var init = box.create(RUN);
    Files.writeString(box.state().resolve("notify.sock"), "");
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(box.state()).doesNotExist();
    assertThat(box.calls()).containsExactly("create", "delete");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"id\":1}"})
  void a_state_that_is_none_is_the_runtimes_business(String state) throws Exception {
    var init = box.create(RUN);
    Path file = box.state().resolve("state.json");
    byte[] was = Files.readAllBytes(file);
    Files.writeString(file, state);
    assertThatThrownBy(() -> box.runc.start(box.id)).isInstanceOf(RuncException.class);
    assertThatThrownBy(() -> box.runc.delete(box.id)).isInstanceOf(RuncException.class);
    assertThat(init.signal(0)).isTrue();
    Files.write(file, was);
    assertThat(box.calls()).containsExactly("create", "start", "delete");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo crun version 1.8.1",
        "echo runc version 1.0.3",
        "echo runc version 2.0.0",
        "false"
      })
  void another_runtime_or_version_does_everything_itself(String version) throws Exception {
    box = new Watched(Files.createDirectory(folder.resolve("other")), version);
    var init = box.create(RUN);
    box.runc.start(box.id);
    Watched.kill(init);
    box.runc.delete(box.id);
    assertThat(box.calls()).containsExactly("create", "start", "delete");
  }
}
