package dev.theca.node.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.node.runc.RuncException;
import dev.theca.wire.Outcome;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lives of plain containers and of processes that are added to them. */
class PlainTaskTest extends OnRealRuntime {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 126, 128, 255})
  void a_containers_exit_code_arrives(int code) throws Exception {
    var box = stand.box("a", "sh", "-c", "exit " + code).run();
    assertThat(box.await()).isEqualTo(code);
    assertThat(box.status("")).isEqualTo(STOPPED);
    assertThat(box.delete()).isEqualTo(code);
    stand.awaitTold("delete a");
    assertThat(stand.told).containsExactly("create a", "start a", "exit a a", "delete a");
    assertThat(stand.statuses).containsEntry("a", code);
    assertThat(stand.mounted(box.bundle.resolve("rootfs"))).isFalse();
    assertThat(stand.runcRoot.resolve(Stand.NAMESPACE).resolve(box.id)).doesNotExist();
    refused(RpcStatus.NOT_FOUND, () -> box.status(""));
  }

  @Test
  void every_exit_code_of_a_further_process_arrives() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    var calls = new ArrayList<Callable<Integer>>();
    for (int code = 0; code < 256; code++) {
      String id = "e" + code;
      String script = "exit " + code;
      calls.add(
          () -> {
            box.exec(id, "sh", "-c", script);
            box.start(id);
            int status = box.await(id);
            assertThat(box.delete(id)).isEqualTo(status);
            return status;
          });
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      int code = 0;
      for (var result : threads.invokeAll(calls)) assertThat(result.get()).isEqualTo(code++);
    }
  }

  @Test
  void a_signal_is_128_and_its_number() throws Exception {
    var box =
        stand
            .box("a", "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done")
            .runTrapping(15);
    box.kill("", 15, false);
    assertThat(box.await()).isEqualTo(7);
    refused(RpcStatus.NOT_FOUND, () -> box.kill("", 15, false));
    var other = stand.box("b", "sleep", "1000").run();
    refused(RpcStatus.FAILED_PRECONDITION, other::delete);
    other.kill("", 9, true);
    assertThat(other.await()).isEqualTo(137);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killing_all_ends_added_processes_too(boolean ownProcesses) throws Exception {
    var box = stand.box("a", "sleep", "1000");
    if (!ownProcesses) box.hostProcesses();
    box.run();
    box.exec("e", "sleep", "1000");
    box.start("e");
    box.kill("", 9, true);
    assertThat(box.await("e")).isEqualTo(137);
    assertThat(box.await()).isEqualTo(137);
    refused(RpcStatus.NOT_FOUND, () -> box.kill("", 9, true));
  }

  @Test
  void a_container_that_was_never_started_can_be_deleted() throws Exception {
    var box = stand.box("a", "sleep", "1000");
    box.create();
    assertThat(box.delete()).isEqualTo(137);
    stand.awaitTold("delete a");
    assertThat(stand.told).containsExactly("create a", "exit a a", "delete a");
  }

  @Test
  void what_cannot_be_started_twice_or_at_all_is_refused() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    assertThatThrownBy(box::start).hasMessage("cannot start a running process");
    assertThatThrownBy(box::create).hasMessageContaining("container");
    assertThatThrownBy(() -> box.call("Resume")).hasMessage("cannot resume a running process");
    var missing = stand.box("b", "/no/such/program");
    assertThatThrownBy(missing::create)
        .hasMessageContaining("OCI runtime create failed")
        .hasMessageContaining("/no/such/program");
    assertThat(stand.mounted(missing.bundle.resolve("rootfs"))).isFalse();
    refused(RpcStatus.NOT_FOUND, missing::delete);
  }

  @Test
  void who_waits_with_a_limit_hears_when_it_is_over() throws Exception {
    var box = stand.box("a", "cat").talking().run();
    var limit = java.time.Duration.ofMillis(200);
    refused(RpcStatus.DEADLINE_EXCEEDED, () -> stand.call("Wait", box.about(""), limit));
    box.closeInput("");
    assertThat(Box.number(stand.call("Wait", box.about(""), limit.multipliedBy(300)), 1)).isZero();
  }

  @Test
  void a_process_that_lives_has_ended_in_the_year_one() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    var state = new ProtoReader(stand.call("State", box.about("")));
    long seconds = 0;
    while (state.next()) if (state.field() == 10) seconds = Box.number(state.bytes(), 1);
    assertThat(java.time.Instant.ofEpochSecond(seconds)).hasToString("0001-01-01T00:00:00Z");
  }

  @Test
  void a_container_without_a_score_of_its_own_is_killed_sooner_than_the_daemon() throws Exception {
    var box = stand.box("a", "sleep", "1000");
    long init = box.create();
    box.start();
    box.exec("e", "sleep", "1000");
    int expected = score("self") + 1;
    assertThat(score(init + "")).isEqualTo(expected);
    assertThat(score(box.start("e") + "")).isEqualTo(expected);
  }

  private static int score(String process) throws Exception {
    String text = Files.readString(Path.of("/proc", process, "oom_score_adj"));
    return Math.min(999, Integer.parseInt(text.strip()));
  }

  @Test
  void an_id_is_used_once() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    box.exec("e", "true");
    refused(RpcStatus.ALREADY_EXISTS, () -> box.exec("e", "true"));
    box.start("e");
    assertThat(box.await("e")).isZero();
    box.delete("e");
    box.exec("e", "true");
  }

  @Test
  void a_process_that_cannot_start_is_stopped_and_can_be_deleted() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    box.exec("e", "/no/such/program");
    refused(RpcStatus.FAILED_PRECONDITION, () -> box.kill("e", 9, false));
    assertThatThrownBy(() -> box.start("e")).hasMessageContaining("OCI runtime exec failed");
    assertThat(box.status("e")).isEqualTo(STOPPED);
    box.delete("e");
    refused(RpcStatus.NOT_FOUND, () -> box.status("e"));
  }

  @Test
  void the_end_of_a_container_is_told_last() throws Exception {
    var box =
        stand
            .box("a", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done")
            .runTrapping(15);
    for (String id : new String[] {"e", "f"}) {
      box.exec(id, "sleep", "1000");
      box.start(id);
    }
    box.kill("", 15, false);
    assertThat(box.await()).isEqualTo(3);
    assertThat(box.await("e")).isEqualTo(137);
    assertThatThrownBy(() -> box.exec("g", "true")).hasMessage("cannot exec in a stopped state");
    box.delete();
    stand.awaitTold("delete a");
    assertThat(stand.told.indexOf("exit a a"))
        .isGreaterThan(stand.told.indexOf("exit a e"))
        .isGreaterThan(stand.told.indexOf("exit a f"));
    assertThat(stand.told.indexOf("exec-started a e"))
        .isBetween(stand.told.indexOf("exec-added a e"), stand.told.indexOf("exit a e"));
  }

  @Test
  void what_shares_the_hosts_processes_ends_with_its_first() throws Exception {
    String until = "trap 'exit 5' TERM; sleep 1000 & while :; do sleep 0.1; done";
    var box = stand.box("a", "sh", "-c", until).hostProcesses().runTrapping(15);
    box.exec("e", "sleep", "1000");
    long pid = box.start("e");
    box.kill("", 15, false);
    assertThat(box.await()).isEqualTo(5);
    assertThat(box.await("e")).isEqualTo(137);
    assertThat(Path.of("/proc", pid + "")).doesNotExist();
    assertThat(box.delete()).isEqualTo(5);
  }

  @Test
  void a_paused_container_is_thawed_when_it_is_killed() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    box.exec("e", "sleep", "1000");
    box.start("e");
    box.call("Pause");
    assertThat(box.status("")).isEqualTo(PAUSED);
    assertThat(box.status("e")).isEqualTo(PAUSED);
    assertThatThrownBy(() -> box.exec("f", "true")).hasMessage("cannot exec in a paused state");
    refused(RpcStatus.FAILED_PRECONDITION, box::delete);
    box.call("Resume");
    assertThat(box.status("")).isEqualTo(2);
    box.call("Pause");
    box.kill("", 9, false);
    assertThat(box.await()).isEqualTo(137);
    assertThat(box.delete()).isEqualTo(137);
    stand.awaitTold("delete a");
    assertThat(stand.told).containsSubsequence("paused a", "resumed a", "paused a", "exit a a");
  }

  @Test
  void processes_are_named_with_their_ids() throws Exception {
    var box = stand.box("a", "sleep", "1000");
    long init = box.create();
    box.start();
    box.exec("e", "sleep", "1000");
    long pid = box.start("e");
    byte[] pids = stand.call("Pids", box.about(""));
    assertThat(TaskServicePids.of(pids)).containsEntry(init, "").containsEntry(pid, "e");
  }

  @Test
  void limits_can_be_changed_and_seen() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    stand.call(
        "Update",
        new ProtoWriter()
            .string(1, box.id)
            .message(
                2,
                new ProtoWriter()
                    .string(1, "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources")
                    .bytes(
                        2,
                        "{\"pids\":{\"limit\":77}}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    assertThat(stand.call("Stats", box.about(""))).isNotEmpty();
    refused(RpcStatus.UNIMPLEMENTED, () -> box.call("Checkpoint"));
  }

  @Test
  void a_runtime_that_is_not_there_is_said() throws Exception {
    var box = stand.box("a", "true");
    box.options = new ProtoWriter().string(6, "no-such-runtime").toBytes();
    assertThatThrownBy(box::create)
        .isNotInstanceOf(RuncException.class)
        .hasMessageContaining("no-such-runtime");
  }

  @Test
  void an_end_is_told_to_a_containerd_that_was_away() throws Exception {
    var box = stand.box("a", "sleep", "1000").run();
    stand.awaitTold("start a");
    stand.deaf();
    box.kill("", 9, false);
    assertThat(box.await()).isEqualTo(137);
    Thread.sleep(500);
    stand.hears();
    stand.awaitTold("exit a a");
    box.delete();
    stand.awaitTold("delete a");
    assertThat(stand.told).containsExactly("create a", "start a", "exit a a", "delete a");
  }

  @Test
  void the_state_of_a_container_is_kept_in_its_bundle() throws Exception {
    var box = stand.box("a", "sleep", "1000");
    long pid = box.create();
    box.start();
    box.exec("e", "sleep", "1000");
    box.start("e");
    var state = stateWhen(box, now -> !now.added().isEmpty());
    assertThat(state.init().pid()).isEqualTo(pid);
    assertThat(state.init().startTicks()).isPositive();
    assertThat(state.init().status()).isEqualTo("running");
    assertThat(state.added()).hasSize(1);
    assertThat(state.rootfs().getFirst().source()).isEqualTo(stand.tree.toString());
    assertThat(Files.readString(box.bundle.resolve("theca.launch")))
        .contains("root=" + stand.runcRoot + "\n");
    box.kill("", 9, false);
    box.await();
    state = stateWhen(box, now -> now.init().exit().isPresent());
    assertThat(state.init().exit().orElseThrow().status()).isEqualTo(137);
    box.delete(); // nobody writes afterwards
    byte[] whole = Files.readAllBytes(box.bundle.resolve("theca.json"));
    Files.write(box.bundle.resolve("theca.json"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThat(TaskState.read(box.bundle).isGranted()).isFalse();
  }

  /** Who reads while others write may find a file that is written over. */
  private static TaskState stateWhen(Box box, Predicate<TaskState> condition) throws Exception {
    for (int i = 0; i < 3000; i++) {
      if (TaskState.read(box.bundle) instanceof Outcome.Granted<Optional<TaskState>>(var state)
          && state.filter(condition).isPresent()) return state.get();
      Thread.sleep(10);
    }
    throw new AssertionError("not in " + TaskState.read(box.bundle));
  }

  @Test
  void an_image_that_never_was_on_this_host_is_not_run_as_a_plain_container() throws Exception {
    Box box = stand.box("sealed", "true");
    stand.sealed.add(box.id);
    assertThatThrownBy(box::create)
        .hasMessageContaining("image-not-here")
        .hasMessageContaining("handler theca");
    assertThat(stand.mounted(box.bundle.resolve("rootfs"))).isFalse();
    stand.sealed.clear();
    box.run();
    assertThat(box.await()).isZero();
    box.delete();
  }
}
