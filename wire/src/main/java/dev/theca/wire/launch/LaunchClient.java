package dev.theca.wire.launch;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks a platform to launch enclaves. The platform measures what it starts; nothing here says what
 * the measurement is. A connection a call, so that a restarted platform is found again.
 */
public final class LaunchClient {
  private final Path socket;

  public LaunchClient(Path socket) {
    this.socket = socket;
  }

  /**
   * What the host adds to a launch; the platform accepts only what the measured launch map leaves
   * open.
   */
  public record HostInputs(
      Map<String, String> binds,
      Map<String, String> namespaces,
      Map<String, String> env,
      String cgroupsPath,
      String hostname) {}

  /** A launched instance: the bundle to give to runc, and what was measured. */
  public record Launched(String instance, Path bundle, String mrEnclave, String mrSigner) {}

  /** Copies a bundle's files into the platform's store; the id names them from now on. */
  public Outcome<String> importBundle(Path bundle) {
    return call(JsonObject.builder().put("op", "import").put("dir", bundle.toString()).build())
        .then(answer -> answer.requireString("contentId"));
  }

  /**
   * Launches imported files under the bundle's map and signature; {@code configId} is 128 hex
   * digits or empty.
   */
  public Outcome<Launched> launch(Path bundle, String contentId, String configId, HostInputs host) {
    var request =
        JsonObject.builder()
            .put("op", "launch")
            .put("bundle", bundle.toString())
            .put("contentId", contentId)
            .put("configId", configId)
            .put("binds", strings(host.binds()))
            .put("namespaces", strings(host.namespaces()))
            .put("env", strings(host.env()))
            .put("cgroupsPath", host.cgroupsPath())
            .put("hostname", host.hostname())
            .build();
    return call(request)
        .map(
            answer ->
                new Launched(
                    answer.requireString("instance").orThrow(),
                    Path.of(answer.requireString("bundle").orThrow()),
                    answer.requireString("mrEnclave").orThrow(),
                    answer.requireString("mrSigner").orThrow()));
  }

  /**
   * Ties an instance to the created, not yet started process; from then on nobody else is that
   * enclave.
   */
  public Outcome<JsonObject> bind(String instance, long pid) {
    return call(
        JsonObject.builder().put("op", "bind").put("instance", instance).put("pid", pid).build());
  }

  /** Ends an instance; unknown ones are no error. */
  public Outcome<JsonObject> end(String instance) {
    return call(JsonObject.builder().put("op", "end").put("instance", instance).build());
  }

  private static JsonObject strings(Map<String, String> map) {
    var members = new LinkedHashMap<String, JsonValue>();
    map.forEach((key, value) -> members.put(key, new JsonString(value)));
    return new JsonObject(members);
  }

  private Outcome<JsonObject> call(JsonObject request) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      LaunchFrames.write(channel, request);
      var answer = LaunchFrames.read(channel);
      var refused = answer.object("refused");
      return refused.isPresent()
          ? Outcome.refused(RefusalJson.read(refused.get()))
          : Outcome.granted(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the platform at " + socket + " does not answer: " + e.getMessage(), e);
    }
  }
}
