package dev.theca.simulator;

import dev.theca.evidence.TrustRoots;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts the platform's parts together and runs them until asked to end. */
final class Simulator {
  private Simulator() {}

  /** Keys of the configuration: state, run, socket, collateral_listen, platform. */
  static Service.Running start(JsonObject config) throws IOException {
    Path state = Path.of(config.requireString("state").orThrow());
    Path run = Path.of(config.requireString("run").orThrow());
    Path socket = Path.of(config.requireString("socket").orThrow());
    String name = config.requireString("platform").orThrow();
    var platform = Platform.open(Files.createDirectories(state), name);
    var instances = new Instances(platform, state, run);
    var collateral =
        CollateralService.start(platform, config.string("collateral_listen").orElse("127.0.0.1:0"));
    var launch = LaunchSocket.listen(socket, instances);
    var boot =
        JsonObject.builder()
            .put("collateral", collateral.url())
            .put("root_key_sha256", TrustRoots.fingerprint(platform.rootKey().getPublic()))
            .put("root_certificate", platform.rootCertificateFile().toString())
            .put("socket", launch.socket().toString())
            .build();
    return new Service.Running(
        boot,
        () -> {
          launch.close();
          collateral.close();
          instances.endAll();
        });
  }
}
