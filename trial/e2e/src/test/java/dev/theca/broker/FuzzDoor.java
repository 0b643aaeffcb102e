package dev.theca.broker;

import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker without its listener: requests go straight to the router, and faults come out. */
public final class FuzzDoor {
  private static final byte[] HELLO =
      "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}"
          .getBytes(StandardCharsets.UTF_8);

  private final Api api;
  private final String token;

  private FuzzDoor(Api api, String token) {
    this.api = api;
    this.token = token;
  }

  /** One broker for the life of the process, in a folder that goes with it. */
  public static FuzzDoor open() {
    try {
      Path folder = Files.createTempDirectory("theca-fuzz");
      var settings = BrokerSettings.parse(Toml.parse(config(folder)).orThrow()).orThrow();
      var house = House.open(settings, InstantSource.system());
      var api = Api.of(settings, house);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    api.close();
                    house.close();
                    remove(folder);
                  }));
      return new FuzzDoor(api, Files.readString(settings.adminTokenFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing is fetched: the one address of collateral refuses every connection. */
  private static String config(Path folder) {
    return """
        state = "%s"
        collateral = "http://127.0.0.1:1"
        [reference]
        unsigned = "admin"
        [[plugins]]
        name = "x509-ca"
        trust_domain = "example.org"
        dns_names = ["web.example.org"]
        """
        .formatted(folder);
  }

  private static void remove(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer of the whole API; one that blames the broker is a fault. */
  public Answer ask(String method, String path, Map<String, List<String>> headers, byte[] body) {
    var answer =
        api.router().handle(new Request(method, path, Map.of(), headers, body, "192.0.2.1"));
    if (answer.status() >= 500)
      throw new IllegalStateException(
          answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8));
    if (answer.status() >= 400 && !Json.object(answer.body()).isGranted())
      throw new IllegalStateException(answer.status() + " without a reason");
    return answer;
  }

  /** The same as the administrator. */
  public Answer admin(String method, String path, byte[] body) {
    return ask(method, path, Map.of("authorization", List.of("Bearer " + token)), body);
  }

  /** A challenge that nobody answered. */
  public record Challenge(String cookie, String nonce) {}

  public Challenge challenge() {
    var answer = ask("POST", Kbs.PREFIX + "/auth", Map.of(), HELLO);
    return new Challenge(
        answer.headers().get("Set-Cookie").split(";")[0],
        Json.object(answer.body()).then(json -> json.requireString("nonce")).orThrow());
  }

  /** What a plugin answers to an attested client with these claims. */
  public Answer plugin(String name, String path, byte[] body, JsonObject claims) {
    var plugin = api.plugins().get(name);
    return plugin.handle(
        new Plugin.Call("POST", List.of(path), Map.of(), body, Optional.of(claims), "attested:x"));
  }
}
