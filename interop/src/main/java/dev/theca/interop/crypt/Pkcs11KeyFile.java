package dev.theca.interop.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * ocicrypt's description of a key in a token: {@code pkcs11: {uri: ...}}, and {@code module: {env:
 * ...}}, variables that the module must find. A JVM cannot set its environment, so these must be
 * set already.
 */
final class Pkcs11KeyFile {
  private static final int MAX_BYTES = 16 << 10;

  private Pkcs11KeyFile() {}

  static Outcome<Pkcs11Uri> parse(Secret file, Map<String, String> environment) {
    if (file.sizeBytes() > MAX_BYTES) return Pkcs11Uri.bad("at most 16 KiB", "more");
    String text = file.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    Object loaded;
    try {
      var settings =
          LoadSettings.builder()
              .setAllowDuplicateKeys(false)
              .setMaxAliasesForCollections(0)
              .setCodePointLimit(MAX_BYTES)
              .build();
      loaded = new Load(settings).loadFromString(text);
    } catch (YamlEngineException | IllegalArgumentException e) {
      return Pkcs11Uri.bad("YAML with pkcs11.uri", "no YAML");
    }
    if (!(loaded instanceof Map<?, ?> top)
        || !(top.get("pkcs11") instanceof Map<?, ?> key)
        || !(key.get("uri") instanceof String uri))
      return Pkcs11Uri.bad("YAML with pkcs11.uri", "something else");
    if (top.get("module") instanceof Map<?, ?> module
        && module.get("env") instanceof Map<?, ?> wanted)
      for (var entry : wanted.entrySet())
        if (!String.valueOf(entry.getValue())
            .equals(environment.get(String.valueOf(entry.getKey()))))
          return Pkcs11Uri.bad(
              "the variable " + entry.getKey() + " in the environment as the file has it",
              "another value");
    return Pkcs11Uri.parse(uri);
  }
}
