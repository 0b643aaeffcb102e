package dev.theca.node.pod;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.Fd;
import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.launch.LaunchClient;
import dev.theca.wire.launch.LaunchClient.HostInputs;
import dev.theca.wire.launch.LaunchClient.Launched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/** A running native enclave: measured and launched by the platform, run by the OCI runtime. */
final class Enclave {
  /** A bundle that the platform has imported. */
  record Imported(Path bundle, String contentId) {}

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final long GRACE_SECONDS = 10;
  private static final int LOG_FLAGS = Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final int LOST = 255;

  private final Marks marks;
  private final LaunchClient platform;
  private final Runc runc;
  private final String id;
  private final String instance;
  private final BootLine boot;
  private final Path log;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private volatile boolean stopping;
  private volatile boolean up;
  private volatile Optional<ChildProcess> process = Optional.empty();

  private Enclave(
      Marks marks,
      LaunchClient platform,
      Runc runc,
      String id,
      String instance,
      BootLine boot,
      Path log) {
    this.marks = marks;
    this.platform = platform;
    this.runc = runc;
    this.id = id;
    this.instance = instance;
    this.boot = boot;
    this.log = log;
  }

  /** Launches, binds and starts; what fails leaves nothing behind. */
  static Outcome<Enclave> launch(
      Marks marks,
      LaunchClient platform,
      Runc runc,
      String id,
      Imported image,
      String configId,
      HostInputs inputs,
      Path log) {
    return marks
        .during(
            "enclave-launch",
            () -> platform.launch(image.bundle(), image.contentId(), configId, inputs))
        .then(
            launched ->
                marks.during(
                    "enclave-start", () -> started(marks, platform, runc, id, launched, log)));
  }

  private static Outcome<Enclave> started(
      Marks marks, LaunchClient platform, Runc runc, String id, Launched launched, Path log) {
    var boot = new BootLine();
    var enclave = new Enclave(marks, platform, runc, id, launched.instance(), boot, log);
    try (boot;
        Fd errors = Fd.open(log, LOG_FLAGS, 0600)) {
      long pid = runc.create(id, launched.bundle(), Streams.of(Map.of(1, boot.end(), 2, errors)));
      boot.listen();
      enclave.follow(pid);
      var bound = platform.bind(launched.instance(), pid);
      if (bound.isGranted()) runc.start(id);
      else enclave.stop();
      return bound.map(yes -> enclave);
    } catch (RuntimeException e) {
      enclave.stop();
      throw e;
    }
  }

  /** Waits until the enclave has said {@code wanted}; otherwise it is ended. */
  Outcome<Enclave> booted(String wanted) {
    return marks.during("enclave-" + wanted, () -> awaited(wanted));
  }

  private Outcome<Enclave> awaited(String wanted) {
    try {
      var said = boot.await("enclave " + id, wanted, BOOT);
      up = said.isGranted();
      if (!up) stop();
      return said.map(yes -> this);
    } catch (PodFault e) {
      stop();
      throw new PodFault(e.getMessage() + end(log));
    }
  }

  /** For an enclave that is up. */
  Left leave() {
    return new Left(
        JsonObject.builder()
            .put("id", id)
            .put("instance", instance)
            .put("log", log.toString())
            .put("pid", exit.isDone() ? 0 : process.map(ChildProcess::pid).orElse(0L))
            .put("boot", boot.number())
            .build(),
        List.of(boot.number()));
  }

  /** Goes on with one that was left; one that had ended by then counts as lost. */
  static Enclave goOn(Marks marks, LaunchClient platform, Runc runc, JsonObject left) {
    var enclave =
        new Enclave(
            marks,
            platform,
            runc,
            left.requireString("id").orThrow(),
            left.requireString("instance").orThrow(),
            BootLine.goOn(left.requireInteger("boot").orThrow().intValue()),
            Path.of(left.requireString("log").orThrow()));
    enclave.up = true;
    long pid = left.requireInteger("pid").orThrow();
    if (pid == 0) enclave.exit.complete(LOST);
    else enclave.follow(pid);
    return enclave;
  }

  private void follow(long number) {
    var held = ChildProcess.hold(number);
    process = Optional.of(held);
    var unused = Exits.of(held).thenAccept(end -> exit.complete(end.status()));
  }

  /** Runs, with its exit status, when the enclave ends without having been asked to. */
  void whenLost(IntConsumer then) {
    var unused =
        exit.thenAccept(
            code -> {
              if (stopping) return;
              marks
                  .begin("enclave-lost")
                  .with("id", id)
                  .fault(new PodFault("it ended unasked with status " + code + end(log)));
              then.accept(code);
            });
  }

  /**
   * Asks it to end, then insists; one that is not up yet has nothing to finish, and may not even
   * hear. Removes it from runtime and platform. Faults are logged.
   *
   * <p>To ask takes no runtime: we hold its first process, and a signal to that is all the runtime
   * would send (decision 0022). To insist does: it thaws a group that somebody froze, and finds
   * processes that outlive the first.
   */
  void stop() {
    stopping = true;
    try {
      int signal = up ? SIGTERM : SIGKILL;
      if (process.filter(held -> held.signal(signal)).isPresent() && !hasEnded()) {
        runc.kill(id, SIGKILL, true);
        boolean unused = hasEnded();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=enclave id=" + id + " " + e.getMessage());
    }
    try {
      runc.delete(id);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=enclave id=" + id + " " + e.getMessage());
    }
    try {
      var unused = platform.end(instance);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=enclave id=" + id + " " + e.getMessage());
    }
  }

  /** Whether it ends within the time of grace. */
  private boolean hasEnded() throws InterruptedException {
    try {
      Integer unused = exit.get(GRACE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exit that failed", e);
    }
  }

  private static String end(Path log) {
    try {
      var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      LOG.log(
          System.Logger.Level.ERROR, "an enclave failed; its log:\n" + String.join("\n", lines));
      return lines.isEmpty() ? "" : "; its log begins with: " + lines.getFirst();
    } catch (IOException e) {
      return "";
    }
  }
}
