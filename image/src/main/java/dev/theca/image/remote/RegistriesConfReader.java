package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the tables of registries.conf: every key is known, has its type, and makes sense. */
final class RegistriesConfReader {
  private static final String HOST = "[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?";
  private static final String PATH = "(/[a-z0-9]+([._-]+[a-z0-9]+)*)*";
  private static final String END = "(:\\w[\\w.-]{0,127})?(@sha(256|384|512):[0-9a-f]{64,128})?";
  private static final int MAX_TEXT = 512;
  private static final int MAX_RULES = 1024;
  private static final int MAX_MIRRORS = 64;
  private static final Set<String> TOP =
      Set.of(
          "unqualified-search-registries",
          "registry",
          "aliases",
          "short-name-mode",
          "credential-helpers",
          "additional-layer-store-auth-helper");
  private static final Set<String> REGISTRY =
      Set.of("prefix", "location", "insecure", "blocked", "mirror", "mirror-by-digest-only");
  private static final Set<String> MIRROR = Set.of("location", "insecure", "pull-from-mirror");

  /** Ends the reading of a document; never leaves this class. */
  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Outcome.Refused<?> no;

    Wrong(Outcome<?> no) {
      super(null, null, false, false);
      this.no = (Outcome.Refused<?>) no;
    }
  }

  private RegistriesConfReader() {}

  static Outcome<RegistriesConf> read(JsonObject toml) {
    try {
      if (toml.get("registries").isPresent())
        throw wrong("[registries]", "version 2: [[registry]] tables", "version 1");
      known(toml, TOP, "registries configuration");
      var searched = new ArrayList<String>();
      if (toml.get("unqualified-search-registries").isPresent())
        for (String host :
            toml.strings("unqualified-search-registries")
                .orElseThrow(
                    () -> wrong("unqualified-search-registries", "a list of hosts", "others")))
          searched.add(checked("unqualified-search-registries", host, HOST + PATH));
      var rules = new ArrayList<RegistryRule>();
      var seen = new HashSet<String>();
      for (JsonObject table : tables(toml, "registry", MAX_RULES)) {
        var rule = rule(table);
        if (!seen.add(rule.prefix()))
          throw wrong("prefix '" + rule.prefix() + "'", "one [[registry]]", "two");
        rules.add(rule);
      }
      return Outcome.granted(new RegistriesConf(rules, searched, aliases(toml), warnings(toml)));
    } catch (Wrong e) {
      return e.no.as();
    }
  }

  private static RegistryRule rule(JsonObject table) {
    known(table, REGISTRY, "[[registry]]");
    String location = place(table);
    String prefix = text(table, "prefix");
    if (prefix.isEmpty()) prefix = location;
    if (prefix.isEmpty()) throw wrong("[[registry]]", "a prefix or a location", "neither");
    prefix = checked("prefix", trimmed(prefix), "(\\*\\.)?" + HOST + PATH + END);
    boolean digests = flag(table, "mirror-by-digest-only");
    var mirrors = new ArrayList<RegistryRule.Mirror>();
    for (JsonObject mirror : tables(table, "mirror", MAX_MIRRORS)) {
      known(mirror, MIRROR, "[[registry.mirror]]");
      String at = place(mirror);
      if (at.isEmpty()) throw wrong("[[registry.mirror]]", "a location", "none");
      String pull = text(mirror, "pull-from-mirror");
      if (digests && !pull.isEmpty())
        throw wrong("pull-from-mirror", "no mirror-by-digest-only beside it", "both");
      mirrors.add(
          new RegistryRule.Mirror(
              at, flag(mirror, "insecure"), digests ? RegistryRule.Pull.DIGEST_ONLY : pull(pull)));
    }
    // containers/image: a rule without a location leaves names as they are
    return new RegistryRule(
        prefix,
        location.isEmpty() && !prefix.startsWith("*.") ? prefix : location,
        flag(table, "insecure"),
        flag(table, "blocked"),
        List.copyOf(mirrors));
  }

  private static RegistryRule.Pull pull(String text) {
    return switch (text) {
      case "", "all" -> RegistryRule.Pull.ALL;
      case "digest-only" -> RegistryRule.Pull.DIGEST_ONLY;
      case "tag-only" -> RegistryRule.Pull.TAG_ONLY;
      default -> throw wrong("pull-from-mirror", "all, digest-only or tag-only", "another");
    };
  }

  private static String place(JsonObject table) {
    String location = trimmed(text(table, "location"));
    return location.isEmpty() ? "" : checked("location", location, HOST + PATH + END);
  }

  private static Map<String, String> aliases(JsonObject toml) {
    var out = new LinkedHashMap<String, String>();
    if (toml.get("aliases").isEmpty()) return out;
    var table =
        toml.object("aliases").orElseThrow(() -> wrong("aliases", "a table", "something else"));
    for (var entry : table.members().entrySet()) {
      if (!(entry.getValue() instanceof JsonString(String name)))
        throw wrong("alias '" + entry.getKey() + "'", "a text", "another type");
      if (!name.isEmpty()) out.put(entry.getKey(), checked("alias", name, HOST + PATH));
    }
    return out;
  }

  private static List<String> warnings(JsonObject toml) {
    var out = new ArrayList<String>();
    if (toml.get("short-name-mode").isPresent())
      out.add("short-name-mode: nobody is asked here; names are tried in order");
    if (toml.get("credential-helpers").isPresent())
      out.add("credential-helpers: not read; credentials come from the settings");
    if (toml.get("additional-layer-store-auth-helper").isPresent())
      out.add("additional-layer-store-auth-helper: there is no such store");
    return out;
  }

  private static String trimmed(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static String checked(String what, String text, String pattern) {
    if (text.length() > MAX_TEXT || !text.matches(pattern))
      throw wrong(
          what,
          "host[:port][/path], without a scheme",
          "'" + text.substring(0, Math.min(text.length(), 100)) + "'");
    return text;
  }

  private static String text(JsonObject table, String key) {
    if (table.get(key).isEmpty()) return "";
    return table.string(key).orElseThrow(() -> wrong(key, "a text", "another type"));
  }

  private static boolean flag(JsonObject table, String key) {
    if (table.get(key).isEmpty()) return false;
    return table.bool(key).orElseThrow(() -> wrong(key, "true or false", "another type"));
  }

  private static List<JsonObject> tables(JsonObject table, String key, int most) {
    if (table.get(key).isEmpty()) return List.of();
    var items = table.array(key).orElseThrow(() -> wrong(key, "tables", "another type"));
    if (items.size() > most) throw wrong(key, "at most " + most, items.size() + "");
    var out = new ArrayList<JsonObject>();
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject one)) throw wrong(key, "tables", "another type");
      out.add(one);
    }
    return out;
  }

  private static void known(JsonObject table, Set<String> keys, String what) {
    for (String key : table.members().keySet())
      if (!keys.contains(key))
        throw wrong(
            what,
            "keys of containers-registries.conf(5)",
            "'" + key.substring(0, Math.min(key.length(), 64)).toLowerCase(Locale.ROOT) + "'");
  }

  private static Wrong wrong(String what, String expected, String found) {
    return new Wrong(bad(what, expected, found));
  }

  static <T> Outcome<T> bad(String what, String expected, String found) {
    return RemoteCode.BAD_REGISTRIES_CONF.no(
        what, expected, found, "correct the registries configuration");
  }
}
