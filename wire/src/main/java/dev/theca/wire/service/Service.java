package dev.theca.wire.service;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The shell that every service of ours has: {@code --config FILE} (TOML), one boot line of JSON on
 * standard output when it is ready, log on standard error, an orderly end on SIGTERM. Exit codes:
 * 143 ended by SIGTERM, after the orderly end (the JVM's own: 128 + 15), 1 fault, 64 wrong usage.
 */
public final class Service {
  /** Starts what the configuration describes; a fault ends the process. */
  @FunctionalInterface
  public interface Start {
    Running start(JsonObject config) throws IOException;
  }

  /** What runs: its boot line (without {@code state}), and how it is ended. */
  public record Running(JsonObject boot, AutoCloseable end) {}

  private static final int USAGE = 64;
  private static final long END_SECONDS = 30;

  private Service() {}

  /** Runs until the process is asked to end; the exit code. */
  public static int run(String[] args, Start start) {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: --config FILE");
      return USAGE;
    }
    return run(() -> start.start(Toml.parse(Files.readString(Path.of(args[1]))).orThrow()));
  }

  /** Starts what reads its arguments itself. */
  @FunctionalInterface
  public interface Ready {
    Running start() throws IOException;
  }

  public static int run(Ready start) {
    var stop = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    try {
      var running = start.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(stop, done)));
      try (var _ = running.end()) {
        var line = JsonObject.builder().put("state", "ready");
        running.boot().members().forEach(line::put);
        System.out.println(Json.text(line.build()));
        System.out.flush();
        stop.await();
      }
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (Exception e) {
      System.err.println("stage=start outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return 1;
    } finally {
      done.countDown();
    }
  }

  private static void endAndWait(CountDownLatch stop, CountDownLatch done) {
    stop.countDown();
    try {
      if (!done.await(END_SECONDS, TimeUnit.SECONDS))
        System.err.println("stage=end outcome=timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
