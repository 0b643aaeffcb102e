package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.seal.Sealer;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plugins that the configuration's {@code [[plugins]]} tables ask for. */
public final class Plugins {
  /** What plugins stand on. */
  public record Parts(
      Database database,
      Sealer sealer,
      Audit audit,
      AnchorBook anchors,
      Meter meter,
      InstantSource clock) {}

  private Plugins() {}

  /**
   * The plugins by the first segment of their paths; refused with everything that is wrong with any
   * table, unknown keys and names included. What was opened is closed again when one is refused.
   */
  public static Outcome<Map<String, Plugin>> of(List<JsonObject> tables, Parts parts) {
    var plugins = new LinkedHashMap<String, Plugin>();
    var wrong = new ArrayList<Refusal>();
    for (JsonObject table : tables) {
      String name = table.string("name").orElse("");
      switch (one(name, fields(name, table), parts)) {
        case Outcome.Refused<Plugin>(var reasons) -> wrong.addAll(reasons);
        case Outcome.Granted<Plugin>(Plugin plugin) -> {
          var before = plugins.putIfAbsent(plugin.name(), plugin);
          if (before != null) {
            plugin.close();
            wrong.add(refusal("plugin '" + shown(name) + "'", "one table", "two"));
          }
        }
      }
    }
    if (wrong.isEmpty()) return Outcome.granted(Map.copyOf(plugins));
    plugins.values().forEach(Plugin::close);
    return Outcome.refused(wrong);
  }

  private static Fields fields(String name, JsonObject table) {
    var fields = new Fields(PluginCode.BAD_PLUGIN_SETTINGS, "plugins." + shown(name), table);
    var unused = fields.has("name");
    return fields;
  }

  private static Outcome<Plugin> one(String name, Fields settings, Parts parts) {
    return switch (name) {
      case "anchor" -> AnchorPlugin.of(settings, parts.anchors());
      case "external" -> ExternalPlugin.of(settings, parts.meter());
      case "pkcs11" -> Pkcs11Plugin.of(settings, parts);
      case "provisioner" -> Provisioner.of(settings, parts);
      case "x509-ca" -> AuthorityPlugin.of(settings, parts);
      default ->
          Outcome.refused(
              refusal(
                  "name of a plugin",
                  "anchor, external, pkcs11, provisioner or x509-ca",
                  name.isEmpty() ? "absent" : "'" + shown(name) + "'"));
    };
  }

  private static Refusal refusal(String what, String expected, String found) {
    return new Refusal(
        PluginCode.BAD_PLUGIN_SETTINGS, what, expected, found, "correct the configuration");
  }

  private static String shown(String name) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 64 ? printable.substring(0, 64) + "..." : printable;
  }
}
