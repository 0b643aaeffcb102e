package dev.theca.node.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.node.cgroup.OomWatch;
import dev.theca.node.events.Events;
import dev.theca.node.health.Stages;
import dev.theca.node.pod.Pods;
import dev.theca.node.runc.Runc;
import dev.theca.wire.launch.LaunchClient;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcCall;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Task service answers where there is no container; the rest is tried end to end. */
class TaskServiceTest {
  @TempDir Path folder;
  private Map<String, TtrpcServer.Handler> handlers;

  @BeforeEach
  void service() {
    var pods =
        new Pods(
            new Pods.Setup(
                folder,
                folder,
                folder.resolve("launcher"),
                new Runc(folder.resolve("runc"), folder.resolve("root")),
                folder,
                folder.resolve("empty"),
                new LaunchClient(folder.resolve("sim.sock")),
                folder,
                "",
                folder,
                "",
                folder.resolve("init"),
                ""));
    handlers =
        new TaskService(
                pods,
                new Common(new Events(Meter.NONE), new OomWatch(), new Stages()),
                folder,
                folder.resolve("index"))
            .handlers();
  }

  private byte[] call(String method, byte[] payload, String namespace) throws Exception {
    var call =
        new TtrpcCall(
            "containerd.task.v3.Task",
            method,
            payload,
            Duration.ZERO,
            namespace.isEmpty() ? Map.of() : Map.of("containerd-namespace-ttrpc", namespace));
    return handlers.get("containerd.task.v3.Task/" + method).answer(call);
  }

  private static byte[] id(String id) {
    return new ProtoWriter().string(1, id).toBytes();
  }

  private void refused(RpcStatus status, String method, byte[] payload, String namespace) {
    assertThatThrownBy(() -> call(method, payload, namespace))
        .isInstanceOfSatisfying(
            TtrpcException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void both_versions_have_the_same_methods() {
    for (String name : handlers.keySet())
      assertThat(handlers).containsKey(name.replace(".v3.", ".v2."));
    assertThat(handlers).hasSize(34);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Start",
        "State",
        "Delete",
        "Pids",
        "Pause",
        "Resume",
        "Kill",
        "Exec",
        "CloseIO",
        "Update",
        "Wait",
        "Stats",
        "Checkpoint",
        "ResizePty"
      })
  void a_container_that_nobody_knows_is_not_found(String method) {
    refused(RpcStatus.NOT_FOUND, method, id("none"), "k8s.io");
    refused(RpcStatus.INVALID_ARGUMENT, method, id("none"), "");
    refused(RpcStatus.INVALID_ARGUMENT, method, id("none"), "../x");
  }

  @Test
  void containerd_may_ask_whether_we_live_and_say_goodbye() throws Exception {
    var in = new ProtoReader(call("Connect", id("none"), "k8s.io"));
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(ProcessHandle.current().pid());
    assertThat(call("Shutdown", id("none"), "k8s.io")).isEmpty();
  }

  private byte[] create(String id, String config, boolean terminal) throws Exception {
    Path bundle = Files.createDirectories(folder.resolve("bundle"));
    Files.writeString(bundle.resolve("config.json"), config);
    return new ProtoWriter().string(1, id).string(2, bundle.toString()).bool(4, terminal).toBytes();
  }

  @Test
  void what_cannot_be_run_is_refused_in_words_and_leaves_nothing() throws Exception {
    refused(RpcStatus.FAILED_PRECONDITION, "Create", create("a", "{}", false), "k8s.io");
    refused(RpcStatus.FAILED_PRECONDITION, "Create", create("a", "{}", true), "k8s.io");
    refused(RpcStatus.INVALID_ARGUMENT, "Create", create("../a", "{}", false), "k8s.io");
    String orphan =
        "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
            + "\"io.kubernetes.cri.sandbox-id\":\"none\"}}";
    refused(RpcStatus.FAILED_PRECONDITION, "Create", create("a", orphan, false), "k8s.io");
    refused(RpcStatus.NOT_FOUND, "State", id("a"), "k8s.io");
  }

  @Test
  void bytes_that_are_no_message_are_said_to_be_none() {
    byte[] broken = {0x0a, 0x7f, 1};
    assertThatThrownBy(() -> call("State", broken, "k8s.io")).isInstanceOf(ProtoException.class);
    assertThatThrownBy(() -> call("Create", broken, "k8s.io")).isInstanceOf(ProtoException.class);
  }
}
