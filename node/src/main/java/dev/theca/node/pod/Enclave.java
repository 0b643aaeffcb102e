package dev.theca.node.pod;

import dev.theca.linux.ChildProcess;
import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.launch.LaunchClient;
import dev.theca.wire.launch.LaunchClient.HostInputs;
import dev.theca.wire.launch.LaunchClient.Launched;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running native enclave: measured and launched by the platform, run by the OCI runtime. */
final class Enclave {
  /** A bundle that the platform has imported. */
  record Imported(Path bundle, String contentId) {}

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final long GRACE_SECONDS = 10;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final LaunchClient platform;
  private final Runc runc;
  private final String id;
  private final String instance;
  private final BootLine boot;
  private final Path log;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private volatile boolean stopping;

  private Enclave(
      LaunchClient platform, Runc runc, String id, String instance, BootLine boot, Path log) {
    this.platform = platform;
    this.runc = runc;
    this.id = id;
    this.instance = instance;
    this.boot = boot;
    this.log = log;
  }

  /** Launches, binds and starts; what fails leaves nothing behind. */
  static Outcome<Enclave> launch(
      LaunchClient platform,
      Runc runc,
      String id,
      Imported image,
      String configId,
      HostInputs inputs,
      Path log) {
    long start = System.nanoTime();
    var launched = platform.launch(image.bundle(), image.contentId(), configId, inputs);
    long launchMillis = (System.nanoTime() - start) / 1_000_000;
    return launched
        .then(instance -> started(platform, runc, id, instance, log))
        .map(
            enclave -> {
              LOG.log(
                  System.Logger.Level.INFO,
                  "stage=enclave id=%s outcome=started ms={\"launch\":%d,\"start\":%d}"
                      .formatted(
                          id,
                          launchMillis,
                          (System.nanoTime() - start) / 1_000_000 - launchMillis));
              return enclave;
            });
  }

  private static Outcome<Enclave> started(
      LaunchClient platform, Runc runc, String id, Launched launched, Path log) {
    var boot = new BootLine();
    var enclave = new Enclave(platform, runc, id, launched.instance(), boot, log);
    try (boot) {
      var streams = Streams.output(boot.redirect(), Redirect.appendTo(log.toFile()));
      long pid = runc.create(id, launched.bundle(), streams);
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
    long start = System.nanoTime();
    try {
      var said = boot.await("enclave " + id, wanted, BOOT);
      LOG.log(
          System.Logger.Level.INFO,
          "stage=enclave id=%s outcome=%s ms={\"boot\":%d}"
              .formatted(
                  id,
                  said.isGranted() ? wanted : "refused",
                  (System.nanoTime() - start) / 1_000_000));
      if (!said.isGranted()) stop();
      return said.map(yes -> this);
    } catch (PodFault e) {
      stop();
      throw new PodFault(e.getMessage() + end(log));
    }
  }

  private void follow(long pid) {
    var child = ChildProcess.hold(pid);
    Thread.ofPlatform()
        .daemon()
        .name("exit-" + id)
        .stackSize(128 << 10)
        .start(
            () -> {
              try (child) {
                exit.complete(child.await());
              }
            });
  }

  /** Runs when the enclave ends without having been asked to. */
  void whenLost(Runnable then) {
    var unused =
        exit.thenAccept(
            code -> {
              if (stopping) return;
              LOG.log(
                  System.Logger.Level.ERROR,
                  "stage=enclave id=" + id + " outcome=lost exit=" + code);
              then.run();
            });
  }

  /** Asks it to end, then insists; removes it from runtime and platform. Faults are logged. */
  void stop() {
    stopping = true;
    try {
      runc.kill(id, SIGTERM, false);
      Integer unused = exit.get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | java.util.concurrent.ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "stopping " + id + ": " + e.getMessage());
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

  private void kill() {
    try {
      runc.kill(id, SIGKILL, true);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=enclave id=" + id + " " + e.getMessage());
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
