package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.PodConfig;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A pod of a test and its containers. */
final class TestPod {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final PodWorld world;
  private final PodConfig config;
  private final String id;
  private final AtomicInteger attempts = new AtomicInteger();

  private TestPod(PodWorld world, PodConfig config, String id) {
    this.world = world;
    this.config = config;
    this.id = id;
  }

  static TestPod run(PodWorld world, String name, String namespace, String cgroupParent) {
    return run(world, name, namespace, cgroupParent, true);
  }

  static TestPod run(
      PodWorld world, String name, String namespace, String cgroupParent, boolean hostNetwork) {
    String uid = name + "-" + NUMBER.incrementAndGet();
    var config =
        new PodConfig(
            name,
            uid,
            namespace,
            world.state().resolve("podlogs").resolve(uid).toString(),
            hostNetwork,
            cgroupParent,
            Map.of(),
            world.annotations());
    return new TestPod(world, config, world.cri.runPod(config, "theca"));
  }

  /** A container's configuration, to be changed member by member. */
  static final class Config {
    private final Map<String, JsonValue> members;

    Config(JsonObject json) {
      members = new LinkedHashMap<>(json.members());
    }

    Config with(String name, String value) {
      members.put(name, new JsonString(value));
      return this;
    }

    Config with(String name, boolean value) {
      members.put(name, new JsonBool(value));
      return this;
    }

    Config command(String... command) {
      members.put("command", JsonArray.of(command));
      return this;
    }

    Config mount(String host, String container) {
      var mount =
          JsonObject.builder().put("host_path", host).put("container_path", container).build();
      members.put("mounts", JsonArray.of(mount));
      return this;
    }

    Config user(long uid) {
      return security("run_as_user", JsonObject.builder().put("value", uid).build());
    }

    Config userName(String name) {
      return security("run_as_username", new JsonString(name));
    }

    Config security(String name, boolean value) {
      return security(name, new JsonBool(value));
    }

    private Config security(String name, JsonValue value) {
      var linux = new LinkedHashMap<>(((JsonObject) members.get("linux")).members());
      var security = new LinkedHashMap<>(((JsonObject) linux.get("security_context")).members());
      security.put(name, value);
      linux.put("security_context", new JsonObject(security));
      members.put("linux", new JsonObject(linux));
      return this;
    }

    JsonObject build() {
      return new JsonObject(members);
    }
  }

  Config config(String name, String role) {
    return new Config(config(name, role, world.image));
  }

  JsonObject config(String name, String role, String image) {
    String unique = name + "-" + attempts.incrementAndGet();
    return new ContainerConfig(
            unique, image, List.of(), List.of(), Map.of("REDIS_PORT", role), unique + ".log")
        .json(true);
  }

  Running container(String name, String role) {
    return container(name, role, config(name, role).build());
  }

  /** Created and started; what the runtime refuses is its exception. */
  Running container(String name, String role, JsonObject container) {
    String container1 = world.cri.createContainer(id, container, config.json());
    world.cri.startContainer(container1);
    Path log = Path.of(config.logDirectory(), container.string("log_path").orElseThrow());
    return new Running(world, container1, log);
  }

  /** Starts one in the background: "started", or the words of the refusal. */
  CompletableFuture<String> starting(String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Running unused = container(name, "stay");
            return "started";
          } catch (GrpcException e) {
            return e.words();
          }
        },
        work -> Thread.ofVirtual().start(work));
  }

  /** The pod's pause at the runtime. */
  String pause() {
    return id;
  }

  /** The agent's name at the runtime. */
  String agent() {
    return id.substring(0, 16) + "-agent";
  }

  void awaitNotReady() throws InterruptedException {
    await(
        "the pod is not ready",
        () ->
            world
                .cri
                .call("PodSandboxStatus", JsonObject.builder().put("pod_sandbox_id", id).build())
                .object("status")
                .flatMap(s -> s.string("state"))
                .orElse("")
                .equals("SANDBOX_NOTREADY"));
  }

  void remove() {
    world.cri.stopPod(id);
    world.cri.removePod(id);
  }

  /** A container that was started. */
  record Running(PodWorld world, String id, Path logFile) {
    String log() {
      try {
        return Files.exists(logFile) ? Files.readString(logFile) : "";
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    void awaitLog(String words) {
      try {
        await("the log says: " + words, () -> log().contains(words));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + ", but: " + log(), e);
      }
    }

    int awaitExit() {
      await("it ends", () -> world.cri.containerState(id).state().equals("exited"));
      return world.cri.containerState(id).exitCode();
    }

    String exec(String... command) {
      var done = world.cri.exec(id, Duration.ofSeconds(120), command);
      assertEquals(0, done.exitCode(), done.err());
      return done.out();
    }

    /** The mount server's name at the runtime. */
    String server() {
      return id.substring(0, 16) + "-app";
    }

    void remove() {
      world.cri.stopContainer(id, Duration.ofSeconds(5));
      world.cri.removeContainer(id);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(300).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("not within 300 s: " + what);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
