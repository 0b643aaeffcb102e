package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.SecretFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which key providers there are (ocicrypt, {@code OCICRYPT_KEYPROVIDER_CONFIG}): {@code
 * {"key-providers":{"NAME":{"grpc":"127.0.0.1:50000"}}}}, or {@code cmd}, {@code ttrpc}, {@code
 * native}.
 */
public record KeyProviderConfig(Map<String, Way> providers) {
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_PROVIDERS = 64;
  private static final String VARIABLE = "OCICRYPT_KEYPROVIDER_CONFIG";

  /** How a provider is reached. */
  public sealed interface Way {
    /** A program: JSON on its standard input, JSON on its standard output. */
    record Command(List<String> command) implements Way {}

    /** Plain gRPC, on this machine only: what goes over it are keys. */
    record Grpc(String host, int port) implements Way {}

    /** ttRPC over a unix socket. */
    record Ttrpc(Path socket) implements Way {}

    /** Code inside the reader; only {@code attestation-agent} is known by this name. */
    record Native(String name) implements Way {}
  }

  public KeyProviderConfig {
    providers = Map.copyOf(providers);
  }

  /** No providers. */
  public static KeyProviderConfig none() {
    return new KeyProviderConfig(Map.of());
  }

  /** The file that the variable names; none when it is unset. */
  public static Outcome<KeyProviderConfig> ofEnvironment(Map<String, String> environment) {
    String file = environment.getOrDefault(VARIABLE, "");
    if (file.isEmpty()) return Outcome.granted(none());
    return SecretFile.read(Path.of(file), MAX_BYTES)
        .then(
            content -> {
              try (content) {
                return content.lend(KeyProviderConfig::parse);
              }
            });
  }

  public static Outcome<KeyProviderConfig> parse(byte[] json) {
    return Json.object(json)
        .then(
            file -> {
              var found = new LinkedHashMap<String, Way>();
              var entries = file.object("key-providers").map(JsonObject::members).orElse(Map.of());
              if (entries.size() > MAX_PROVIDERS)
                return bad("at most " + MAX_PROVIDERS, entries.size() + "");
              for (var entry : entries.entrySet()) {
                var way = way(entry.getValue());
                if (way.isEmpty() || entry.getKey().isEmpty())
                  return bad(
                      "one of cmd {path, args}, grpc (a loopback address with a port), ttrpc"
                          + " (unix://PATH) and native for each",
                      "something else for '" + entry.getKey() + "'");
                found.put(entry.getKey(), way.get());
              }
              return Outcome.granted(new KeyProviderConfig(found));
            });
  }

  private static Optional<Way> way(JsonValue value) {
    if (!(value instanceof JsonObject json) || json.members().size() != 1) return Optional.empty();
    if (json.get("cmd").isPresent()) return json.object("cmd").flatMap(KeyProviderConfig::command);
    if (json.get("grpc").isPresent()) return json.string("grpc").flatMap(KeyProviderConfig::grpc);
    if (json.get("native").isPresent()) return json.string("native").map(Way.Native::new);
    return json.string("ttrpc")
        .filter(text -> text.startsWith("unix:///") && text.indexOf('\0') < 0)
        .map(text -> new Way.Ttrpc(Path.of(text.substring("unix://".length()))));
  }

  private static Optional<Way> command(JsonObject json) {
    String path = json.string("path").orElse("");
    var words = new java.util.ArrayList<>(List.of(path));
    boolean none =
        json.get("args").map(dev.theca.wire.json.JsonNull.class::isInstance).orElse(true);
    var arguments = none ? Optional.of(List.<String>of()) : json.strings("args");
    if (path.isEmpty() || path.indexOf('\0') >= 0 || arguments.isEmpty()) return Optional.empty();
    words.addAll(arguments.get());
    return Optional.of(new Way.Command(List.copyOf(words)));
  }

  private static Optional<Way> grpc(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    String port = address.substring(colon + 1);
    boolean here =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    if (!here || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 0xFFFF)
      return Optional.empty();
    return Optional.of(
        new Way.Grpc(host.replace("[", "").replace("]", ""), Integer.parseInt(port)));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.RECIPIENT.refuse(
        "key provider configuration", expected, found, "correct the file behind " + VARIABLE);
  }
}
