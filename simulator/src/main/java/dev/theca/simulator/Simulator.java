package dev.theca.simulator;

import dev.theca.evidence.TrustRoots;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Puts the platform's parts together and runs them until asked to end. */
final class Simulator {
  private Simulator() {}

  /** {@code --config FILE} with keys state, run, socket, collateral_listen, platform. */
  static int run(String[] args) {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: --config FILE");
      return 64;
    }
    try {
      var config = Toml.parse(Files.readString(Path.of(args[1]))).orThrow();
      Path state = Path.of(config.requireString("state").orThrow());
      Path run = Path.of(config.requireString("run").orThrow());
      Path socket = Path.of(config.requireString("socket").orThrow());
      String name = config.requireString("platform").orThrow();
      var platform = Platform.open(Files.createDirectories(state), name);
      var stop = new CountDownLatch(1);
      var done = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop, done)));
      var instances = new Instances(platform, state, run);
      try (var collateral =
              CollateralService.start(
                  platform, config.string("collateral_listen").orElse("127.0.0.1:0"));
          var launch = LaunchSocket.listen(socket, instances)) {
        System.out.println(
            Json.text(
                JsonObject.builder()
                    .put("state", "ready")
                    .put("collateral", collateral.url())
                    .put("root_key_sha256", TrustRoots.fingerprint(platform.rootKey().getPublic()))
                    .put("root_certificate", platform.rootCertificateFile().toString())
                    .put("socket", launch.socket().toString())
                    .build()));
        System.out.flush();
        stop.await();
      } finally {
        instances.endAll();
        done.countDown();
      }
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=start outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void end(CountDownLatch stop, CountDownLatch done) {
    stop.countDown();
    try {
      if (!done.await(10, java.util.concurrent.TimeUnit.SECONDS))
        System.err.println("stage=end outcome=timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
