package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.plugin.Plugins;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docs/how/run-a-broker.md says all keys that the settings ask for, and no others, with the
 * defaults that hold. What is asked for is what the refusal of an unknown key lists.
 */
class ConfigurationPageTest {
  private static final String UNKNOWN = "zz-unknown";
  private static final Pattern HEADING =
      Pattern.compile("### `(\\[+)([a-z_.0-9]+)]+`(?: of (type|name) `([a-z0-9-]+)`)?");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z_0-9]+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) ?\\|");

  private static final Pattern RANGE = Pattern.compile("([0-9]+) to ([0-9]+)");

  /** What tables need that have no default. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "tls", "certificate = \"/a\"\nprivate_key = \"/b\"\n",
          "gramine", "resource = \"a/b/c\"\n");

  @TempDir static Path folder;

  /**
   * A table of the configuration, as the page has it.
   *
   * @param several whether it is one of several, {@code [[...]]}
   * @param kind {@code type = "x"} or {@code name = "x"}, or nothing
   * @param keys with their defaults
   * @param types of the keys
   */
  record Table(
      String path,
      boolean several,
      String kind,
      Map<String, String> keys,
      Map<String, String> types) {
    @Override
    public String toString() {
      return path + " " + kind;
    }
  }

  private static String page() {
    try {
      Path here = Path.of("docs/how/run-a-broker.md");
      return Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Table> tables() {
    var tables = new ArrayList<Table>();
    for (String line : page().lines().toList()) {
      if (line.startsWith("### ")) {
        var heading = HEADING.matcher(line);
        boolean named = heading.matches();
        assertThat(named || line.equals("### Top level")).as(line).isTrue();
        String kind =
            named && heading.group(3) != null
                ? heading.group(3) + " = \"" + heading.group(4) + "\"\n"
                : "";
        tables.add(
            new Table(
                named ? heading.group(2) : "",
                named && heading.group(1).length() == 2,
                kind,
                new LinkedHashMap<>(),
                new LinkedHashMap<>()));
      }
      var row = ROW.matcher(line);
      if (tables.isEmpty() || !row.matches()) continue;
      tables.getLast().types().put(row.group(1), row.group(2).strip());
      assertThat(tables.getLast().keys().put(row.group(1), row.group(3).strip())).as(line).isNull();
    }
    return tables;
  }

  static Stream<Table> ofTheBroker() {
    return tables().stream().filter(t -> !t.path().startsWith("plugins"));
  }

  static Stream<Table> ofPlugins() {
    return tables().stream().filter(t -> t.path().startsWith("plugins"));
  }

  static Stream<String> examples() {
    return Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL)
        .matcher(page())
        .results()
        .map(found -> found.group(1));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_of_the_page_is_a_configuration(String toml) {
    var read = Toml.parse(toml).then(BrokerSettings::parse);
    assertThat(read.isGranted()).as(read + "").isTrue();
  }

  @Test
  void there_are_many_examples_and_tables() {
    assertThat(examples()).hasSizeGreaterThan(12);
    assertThat(tables()).hasSizeGreaterThan(35);
  }

  @ParameterizedTest
  @MethodSource("ofTheBroker")
  void the_page_has_the_keys_that_the_code_asks_for(Table table) {
    assertThat(asked(BrokerSettings.parse(Toml.parse(probe(table)).orThrow())))
        .isEqualTo(written(table));
  }

  @ParameterizedTest
  @MethodSource("ofPlugins")
  void the_page_has_the_keys_that_plugins_ask_for(Table table) throws IOException {
    String toml = "state = \"" + folder.resolve("plugins") + "\"\n";
    var settings = BrokerSettings.parse(Toml.parse(toml).orThrow()).orThrow();
    Files.createDirectories(settings.state());
    var plugin = Toml.parse(probe(table)).orThrow().array("plugins").orElseThrow().getFirst();
    try (var house = House.open(settings, InstantSource.system())) {
      var parts =
          new Plugins.Parts(
              house.database(),
              house.keyring(),
              house.trail(),
              new Anchors(house.anchors()),
              house.metrics(),
              house.clock());
      assertThat(asked(Plugins.of(List.of((JsonObject) plugin), parts))).isEqualTo(written(table));
    }
  }

  /** The rows, and the tables below this one. */
  private static Set<String> written(Table table) {
    var names = new TreeSet<>(table.keys().keySet());
    String prefix = table.path().isEmpty() ? "" : table.path() + ".";
    for (Table other : tables())
      if (other.path().startsWith(prefix)
          && !other.path().isEmpty()
          && (table.kind().isEmpty()
              || other.kind().isEmpty()
              || other.kind().equals(table.kind())))
        names.add(other.path().substring(prefix.length()).split("\\.")[0]);
    if (table.path().isEmpty()) names.add("kek_older");
    return names;
  }

  /** The table with a key that nothing knows, and the tables around it. */
  private static String probe(Table table) {
    var toml = new StringBuilder("state = \"/a\"\n");
    if (table.path().isEmpty()) return toml.append(UNKNOWN).append(" = 1\n").toString();
    var several =
        tables().stream()
            .filter(Table::several)
            .map(Table::path)
            .collect(java.util.stream.Collectors.toSet());
    String[] parts = table.path().split("\\.");
    for (int i = 1; i < parts.length; i++) {
      String around = String.join(".", List.of(parts).subList(0, i));
      if (several.contains(around)) toml.append("[[").append(around).append("]]\n");
      if (around.equals("plugins")) toml.append(table.kind());
    }
    String head = table.several() ? "[[" + table.path() + "]]" : "[" + table.path() + "]";
    toml.append(head).append('\n');
    if (!table.path().equals("plugins.backends")) toml.append(table.kind());
    return toml.append(UNKNOWN).append(" = 1\n").toString();
  }

  /** Refusals of an unknown key end in the list of those that are known. */
  private static Set<String> asked(Outcome<?> outcome) {
    if (!(outcome instanceof Outcome.Refused<?>(List<Refusal> why)))
      throw new AssertionError("an unknown key was taken");
    var lists = why.stream().filter(reason -> reason.what().contains(UNKNOWN)).toList();
    assertThat(lists).as(why + "").hasSize(1);
    var names = new TreeSet<String>();
    for (String name : lists.getFirst().expected().replaceFirst("one of ", "").split(", "))
      names.add(name);
    return names;
  }

  @ParameterizedTest
  @MethodSource("ofTheBroker")
  void the_defaults_of_the_page_are_those_of_the_code(Table table) {
    if (table.several() || !table.kind().isEmpty()) return;
    var all = new StringBuilder();
    table
        .keys()
        .forEach(
            (key, usual) -> {
              if (usual.matches("`.+`"))
                all.append(key).append(" = ").append(usual.replace("`", "")).append('\n');
            });
    String top = "state = \"/a\"\n";
    String head = table.path().isEmpty() ? "" : "[" + table.path() + "]\n";
    String needed = NEEDED.getOrDefault(table.path(), "");
    // Gramine's listener needs a certificate
    String tls = table.path().equals("gramine") ? "[tls]\n" + NEEDED.get("tls") : "";
    assertThat(settings(top + head + needed + all + tls))
        .isEqualTo(settings(top + (needed.isEmpty() ? "" : head) + needed + tls));
  }

  @ParameterizedTest
  @MethodSource("ofTheBroker")
  void the_ranges_of_the_page_are_those_of_the_code(Table table) {
    if (table.several() || !table.kind().isEmpty()) return;
    table
        .types()
        .forEach(
            (key, type) -> {
              var range = RANGE.matcher(type);
              if (!range.matches()) return;
              long least = Long.parseLong(range.group(1));
              long most = Long.parseLong(range.group(2));
              for (long value : new long[] {least - 1, least, most, most + 1})
                assertThat(isTaken(table, key + " = " + value))
                    .as(table + " " + key + " = " + value)
                    .isEqualTo(value >= least && value <= most);
            });
  }

  private static boolean isTaken(Table table, String line) {
    String head = table.path().isEmpty() ? "" : "[" + table.path() + "]\n";
    String needed = NEEDED.getOrDefault(table.path(), "");
    String tls = table.path().equals("gramine") ? "[tls]\n" + NEEDED.get("tls") : "";
    String toml = "state = \"/a\"\n" + head + needed + line + "\n" + tls;
    return BrokerSettings.parse(Toml.parse(toml).orThrow()).isGranted();
  }

  private static BrokerSettings settings(String toml) {
    return BrokerSettings.parse(Toml.parse(toml).orThrow()).orThrow();
  }
}
