package dev.theca.broker;

import dev.theca.broker.admin.RootToken;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;

/** Starts a broker as its configuration says. */
final class Broker {
  private Broker() {}

  /**
   * Runs until the service ends; a configuration that is wrong is a fault with all its mistakes.
   */
  static Service.Running start(JsonObject config) throws IOException {
    var asked = BrokerSettings.parse(config).orThrow();
    Path state = Files.createDirectories(asked.state());
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
    var settings = BrokerSettings.parse(FirstStart.completed(config, state)).orThrow();
    Accelerated.install();
    var house = House.open(settings, InstantSource.system());
    var listeners = Listeners.open(settings, house);
    var boot =
        JsonObject.builder()
            .put("url", listeners.url())
            .put("admin_token_file", settings.adminTokenFile().toString());
    listeners.others().forEach(boot::put);
    showOnce(house.root(), settings.adminTokenFile());
    return new Service.Running(
        boot.build(),
        () -> {
          listeners.close();
          house.close();
        });
  }

  /** On a terminal, and nowhere that is kept: a log must not hold the token. */
  private static void showOnce(RootToken root, Path file) {
    if (!root.made()) return;
    var console = System.console();
    if (console != null && console.isTerminal()) {
      root.<Boolean, RuntimeException>lend(
          bytes -> {
            console.printf(
                "admin token, shown this once: %s%n", new String(bytes, StandardCharsets.US_ASCII));
            console.flush();
            return true;
          });
    } else {
      System.err.println("stage=start admin_token=made file=" + file);
    }
  }
}
