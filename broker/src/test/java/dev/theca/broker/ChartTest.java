package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.setup.StoreSettings;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart of deploy/broker, rendered without its tool. */
class ChartTest {
  private static final String KEYS =
      """
      [[reference.keys]]
      name = "build"
      scope = ["*"]
      jwk = { kty = "EC", crv = "P-256", x = "AWylybf5skpvB_B9zNiXxZxYA-Zt_e5rocVO1tOVSbw", y = "af6-eNdYhG8Sv8_wvpLj9rC3El1hFIVkED-qij539i4" }
      """;

  private static String file(String name) {
    try {
      Path here = Path.of("deploy/broker/chart").resolve(name);
      return Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonValue yaml(String text) {
    return json(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static JsonValue json(Object value) {
    return switch (value) {
      case null -> new JsonNull();
      case Map<?, ?> map -> {
        var members = new LinkedHashMap<String, JsonValue>();
        map.forEach((name, member) -> members.put(String.valueOf(name), json(member)));
        yield new JsonObject(members);
      }
      case List<?> list -> new JsonArray(list.stream().map(ChartTest::json).toList());
      case Boolean flag -> new JsonBool(flag);
      case Integer number -> JsonNumber.of(number);
      case Object other -> new JsonString(other.toString());
    };
  }

  private static JsonObject values() {
    return (JsonObject) yaml(file("values.yaml"));
  }

  /** The values with some of them changed, by their dotted names. */
  private static JsonObject values(Map<String, String> changes) {
    JsonObject all = values();
    for (var change : changes.entrySet())
      all = changed(all, List.of(change.getKey().split("\\.")), change.getValue());
    return all;
  }

  private static JsonObject changed(JsonObject in, List<String> path, String value) {
    assertThat(in.get(path.getFirst())).as(path + " is a value of the chart").isPresent();
    var members = new LinkedHashMap<>(in.members());
    members.computeIfPresent(
        path.getFirst(),
        (name, old) ->
            path.size() == 1
                ? new JsonString(value)
                : changed((JsonObject) old, path.subList(1, path.size()), value));
    return new JsonObject(members);
  }

  private static Map<String, String> postgres() {
    return new LinkedHashMap<>(
        Map.of(
            "store.type", "postgres",
            "replicas", "3",
            "kek.secret", "kek",
            "admin.tokenSecret", "admin",
            "tls.clientCaSecret", "clients",
            "config", KEYS));
  }

  private static String toml(JsonObject values) {
    var map = (JsonObject) yaml(new Chart(values).render(file("templates/config.yaml")));
    return map.requireObject("data").orThrow().requireString("broker.toml").orThrow();
  }

  private static BrokerSettings settings(JsonObject values) {
    return BrokerSettings.parse(Toml.parse(toml(values)).orThrow()).orThrow();
  }

  @Test
  void the_chart_itself_is_yaml_with_a_version() {
    var chart = (JsonObject) yaml(file("Chart.yaml"));
    assertThat(chart.string("apiVersion")).contains("v2");
    assertThat(chart.string("appVersion")).contains("0.1.0");
    assertThat(values().object("image").flatMap(i -> i.string("tag"))).contains("0.1.0");
  }

  @Test
  void the_default_values_give_a_broker_of_its_own_with_both_vendors_collateral() {
    var settings = settings(values());
    assertThat(settings.store()).isInstanceOf(StoreSettings.Sqlite.class);
    assertThat(settings.front().tls()).isPresent();
    assertThat(settings.front().insecureHttp()).isFalse();
    assertThat(settings.evidence().pccs()).hasSize(1);
    assertThat(settings.evidence().kds()).hasSize(1);
    // not the volume's root, which belongs to root: its mode could not be set
    assertThat(settings.state()).isEqualTo(Path.of("/var/lib/theca-broker/state"));
  }

  @Test
  void three_replicas_share_database_key_and_token() {
    var settings = settings(values(postgres()));
    assertThat(settings.store()).isInstanceOf(StoreSettings.Postgres.class);
    assertThat(settings.kek().current().settings()).containsEntry("path", "/etc/theca/kek/kek");
    assertThat(settings.adminTokenFile()).isEqualTo(Path.of("/etc/theca/admin/token"));
    assertThat(settings.front().tls().orElseThrow().clientCa()).isPresent();
    assertThat(settings.references().keys()).hasSize(1);
  }

  @Test
  void without_a_certificate_it_listens_where_nobody_outside_the_pod_is() {
    var settings = settings(values(Map.of("tls.secret", "")));
    assertThat(settings.front().listen()).containsExactly("127.0.0.1:8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kek.secret", "admin.tokenSecret", "config"})
  void replicas_that_would_each_make_a_secret_of_their_own_are_refused(String missing) {
    var values = postgres();
    values.put(missing, "");
    assertThatThrownBy(() -> toml(values(values)))
        .isInstanceOf(Chart.Failed.class)
        .hasMessageContaining("several replicas need one");
  }

  @Test
  void every_file_of_the_configuration_is_mounted_and_every_mount_is_a_volume() {
    for (var values : List.of(values(), values(postgres()))) {
      var mounts = new ArrayList<String>();
      for (String text : new Chart(values).render(file("templates/broker.yaml")).split("\n---\n")) {
        var object = (JsonObject) yaml(text);
        if (object.string("kind").orElse("").equals("Service")) continue;
        var spec = at(object, "spec", "template", "spec");
        var volumes = new TreeSet<>(names(spec, "volumes"));
        volumes.addAll(names(object.requireObject("spec").orThrow(), "volumeClaimTemplates"));
        var container = (JsonObject) spec.requireArray("containers").orThrow().getFirst();
        assertThat(volumes).containsAll(names(container, "volumeMounts"));
        for (var mount : container.requireArray("volumeMounts").orThrow())
          mounts.add(((JsonObject) mount).requireString("mountPath").orThrow());
      }
      assertThat(mounts).isNotEmpty();
      for (var path :
          Pattern.compile("/(?:etc|var)/[a-z/-]+").matcher(toml(values)).results().toList())
        assertThat(mounts).as(path.group()).anyMatch(path.group()::startsWith);
    }
  }

  private static JsonObject at(JsonObject from, String... names) {
    JsonObject at = from;
    for (String name : names) at = at.requireObject(name).orThrow();
    return at;
  }

  /** Of objects with a name, or with metadata that has it. */
  private static List<String> names(JsonObject in, String member) {
    return in.array(member).orElse(List.of()).stream()
        .map(JsonObject.class::cast)
        .map(
            one ->
                one.string("name")
                    .orElseGet(() -> at(one, "metadata").requireString("name").orThrow()))
        .toList();
  }

  @Test
  void values_that_the_chart_does_not_have_are_seen_by_this_test() {
    assertThatThrownBy(() -> new Chart(values()).render("{{ .Values.none.such }}"))
        .hasMessageContaining("none");
    assertThat(new Chart(values()).render("{{ if eq \"a\" \"b\" }}x{{ else }}y{{ end }}"))
        .isEqualTo("y");
    assertThat(Json.text(values())).contains("sqlite");
  }
}
