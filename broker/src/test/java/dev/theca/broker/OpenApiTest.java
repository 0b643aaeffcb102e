package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.api.Route;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API, against the server that it describes. */
class OpenApiTest {
  /** Examples that cannot be granted as they stand in a file; the others must be. */
  private static final Map<String, Integer> NOT_GRANTED =
      Map.of("attest", 401, "advanceAnchorByPost", 409, "refusal", 404);

  private static final JsonObject DOCUMENT = Described.document();
  private static final Shape SHAPE = new Shape(DOCUMENT);
  private static final List<Described> ALL = Described.all(DOCUMENT);

  @TempDir static Path folder;
  private static Provisioning platform;
  private static Running broker;

  @BeforeAll
  static void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    broker = new Running(config("state"));
    reference("sgx_mr_signer", "51".repeat(32));
    reference("sgx_isv_prod_id", "1");
    reference("sgx_min_isv_svn", "2");
    reference("simulated_roots", "sim:test");
  }

  @AfterAll
  static void end() {
    broker.close();
    platform.close();
  }

  private static String config(String state) throws IOException {
    return """
        listen = "127.0.0.1:0"
        management = ""
        state = "%s"
        collateral = "%s"
        [reference]
        unsigned = "admin"
        [rates]
        insecure_unlimited = true
        [[roots]]
        name = "sim:test"
        certificate = "%s"
        """
        .formatted(folder.resolve(state), platform.url(), platform.rootFile(folder));
  }

  private static void reference(String name, String value) {
    String payload =
        java.util.Base64.getEncoder()
            .encodeToString(
                ("{\"" + name + "\":[\"" + value + "\"]}").getBytes(StandardCharsets.UTF_8));
    var answer =
        broker.admin(
            "POST",
            "/kbs/v0/reference-value",
            "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\"" + payload + "\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void every_route_is_described_and_everything_described_is_routed() throws IOException {
    var settings = BrokerSettings.parse(Toml.parse(config("routes")).orThrow()).orThrow();
    java.nio.file.Files.createDirectories(settings.state());
    try (var house = House.open(settings, InstantSource.system());
        var api = Api.of(settings, house)) {
      var routed = new TreeSet<String>();
      for (Route route : api.router().routes())
        for (String method : methods(route))
          routed.add(method + " " + route.template().replace("...}", "}"));
      var described = new TreeSet<String>();
      for (var operation : ALL)
        if (!operation.has("plugin") && !operation.has("front"))
          described.add(operation.method() + " " + operation.template());
      assertThat(described).isEqualTo(routed);
      for (var operation : ALL)
        if (operation.has("plugin"))
          assertThat(api.plugins()).containsKey(operation.template().split("/")[3]);
    }
  }

  @Test
  void who_may_call_is_described_as_the_server_asks_it() throws IOException {
    var settings = BrokerSettings.parse(Toml.parse(config("access")).orThrow()).orThrow();
    java.nio.file.Files.createDirectories(settings.state());
    var access = new HashMap<String, Route.Access>();
    try (var house = House.open(settings, InstantSource.system());
        var api = Api.of(settings, house)) {
      for (Route route : api.router().routes())
        for (String method : methods(route))
          access.put(method + " " + route.template().replace("...}", "}"), route.access());
    }
    for (var operation : ALL) {
      if (operation.has("plugin") || operation.has("front")) continue;
      var asked = access.get(operation.method() + " " + operation.template());
      assertThat(operation.security())
          .as(operation.id())
          .matches(
              said ->
                  switch (asked) {
                    case OPEN -> said.isEmpty();
                    case ADMIN -> said.equals(List.of("admin"));
                    case OWN -> said.contains("session");
                    case null -> false;
                  });
    }
  }

  private static List<String> methods(Route route) {
    return route.method().equals("*")
        ? List.of("GET", "POST", "PUT", "DELETE")
        : List.of(route.method());
  }

  @Test
  void every_example_that_can_run_is_answered_as_described() {
    var runnable = new ArrayList<Described>();
    for (var methods : List.of(Set.of("POST", "PUT"), Set.of("GET"), Set.of("DELETE")))
      ALL.stream()
          .filter(o -> methods.contains(o.method()) && !o.template().contains("{plugin}"))
          .forEach(runnable::add);
    for (var operation : runnable) {
      var answer = call(operation, operation.path(Map.of()), body(operation));
      int expected = NOT_GRANTED.getOrDefault(operation.id(), 200);
      assertThat(answer.statusCode()).as(operation.id() + " " + answer.body()).isEqualTo(expected);
      described(operation, answer);
    }
    assertThat(runnable).hasSizeGreaterThan(45);
  }

  @Test
  void a_real_handshake_is_answered_as_described() {
    var attested = broker.attest(new Provisioning.Enclave(platform.platform));
    assertThat(attested.answer().statusCode()).as(attested.answer().body()).isEqualTo(200);
    described(named("attest"), attested.answer());
    var missing = broker.get(attested.cookie(), "default/key/missing");
    assertThat(missing.statusCode()).isEqualTo(404);
    described(named("getResource"), missing);
    var stranger = new Provisioning.Enclave(platform.platform);
    stranger.signer = Provisioning.bytes(0x66);
    var denied = broker.get(broker.attest(stranger).cookie(), "default/key/one");
    assertThat(denied.statusCode()).isEqualTo(403);
    described(named("getResource"), denied);
    String id = Running.json(denied).string("id").orElseThrow();
    described(named("refusal"), broker.admin("GET", "/theca/v1/refusals/" + id, ""));
  }

  @Test
  void without_a_token_administrators_are_asked_for_one_everywhere() {
    for (var operation : ALL) {
      if (!operation.security().equals(List.of("admin"))) continue;
      var answer =
          broker.send(operation.method(), operation.path(Map.of()), body(operation), "", "");
      assertThat(answer.statusCode()).as(operation.id()).isEqualTo(401);
      assertThat(answer.headers().firstValue("www-authenticate")).as(operation.id()).isPresent();
      described(operation, answer);
    }
  }

  @Test
  void names_that_do_not_exist_and_bodies_that_do_not_parse_are_answered_as_described() {
    for (var operation : ALL) {
      if (operation.template().contains("{plugin}")) continue;
      var nowhere = new HashMap<String, String>();
      for (var parameter : operation.parameters())
        nowhere.put(parameter.requireString("name").orThrow(), "none-such");
      if (!nowhere.isEmpty() && !operation.method().equals("PUT"))
        described(operation, call(operation, operation.path(nowhere), body(operation)));
      var body = operation.body();
      if (body.isEmpty() || !body.get().contentType().equals("application/json")) continue;
      for (String bad : List.of("{", "[]", "{\"unknown\":1}")) {
        var answer =
            call(operation, operation.path(Map.of()), bad.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(operation.id() + " " + bad).isIn(400, 401);
        described(operation, answer);
      }
    }
  }

  @Test
  void methods_that_are_not_described_are_not_allowed() {
    var methods = new HashMap<String, Set<String>>();
    for (var operation : ALL)
      methods.computeIfAbsent(operation.template(), t -> new HashSet<>()).add(operation.method());
    for (var operation : ALL)
      for (String method : List.of("GET", "POST", "PUT", "DELETE"))
        if (!methods.get(operation.template()).contains(method)
            && operation.template().startsWith("/theca/")) {
          byte[] none = new byte[0];
          var answer = broker.send(method, operation.path(Map.of()), none, "", "");
          assertThat(answer.statusCode()).as(method + " " + operation.template()).isEqualTo(405);
          assertThat(answer.headers().firstValue("allow")).isPresent();
        }
  }

  @Test
  void the_file_is_served_as_it_is() {
    var answer = broker.send("GET", "/theca/v1/openapi.json", new byte[0], "", "");
    assertThat(answer.body()).isEqualTo(new String(Described.file(), StandardCharsets.UTF_8));
  }

  @Test
  void the_file_is_whole_in_itself() {
    var ids = new HashSet<String>();
    for (var operation : ALL) {
      assertThat(ids.add(operation.id())).as(operation.id()).isTrue();
      var named =
          operation.parameters().stream()
              .filter(p -> p.string("in").orElse("").equals("path"))
              .map(p -> p.requireString("name").orThrow());
      var placed =
          Stream.of(operation.template().split("/"))
              .filter(part -> part.startsWith("{"))
              .map(part -> part.substring(1, part.length() - 1));
      assertThat(named.toList()).as(operation.id()).hasSameElementsAs(placed.toList());
      operation
          .body()
          .filter(body -> body.example().isPresent())
          .ifPresent(
              body ->
                  assertThat(SHAPE.misfits(body.schema(), body.example().get()))
                      .as(operation.id())
                      .isEmpty());
    }
    var refs = java.util.regex.Pattern.compile("\"\\$ref\":\\s*\"(#[^\"]+)\"");
    for (var found : refs.matcher(Json.text(DOCUMENT)).results().toList())
      assertThat(SHAPE.resolve(found.group(1))).isNotNull();
  }

  @Test
  void the_check_of_answers_sees_what_is_missing_unknown_or_of_another_type() {
    var schema = SHAPE.resolve("#/components/schemas/ErrorInformation");
    for (String bad :
        List.of(
            "{\"type\":\"t\"}",
            "{\"type\":\"t\",\"detail\":1}",
            "{\"type\":\"t\",\"detail\":\"d\",\"more\":1}",
            "{\"type\":\"t\",\"detail\":\"d\",\"id\":\"A\"}",
            "{\"type\":\"t\",\"detail\":\"d\",\"reasons\":[{}]}"))
      assertThat(SHAPE.misfits(schema, Shape.parsed(bad))).as(bad).isNotEmpty();
    String good = "{\"type\":\"t\",\"detail\":\"d\",\"reasons\":[]}";
    assertThat(SHAPE.misfits(schema, Shape.parsed(good))).isEmpty();
  }

  private static Described named(String id) {
    return ALL.stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  private static byte[] body(Described operation) {
    return operation.body().map(Described.Body::bytes).orElse(new byte[0]);
  }

  /** As whom the description says: an administrator, or a workload that was attested right now. */
  private static HttpResponse<String> call(Described operation, String path, byte[] body) {
    var security = operation.security();
    if (security.isEmpty()) return broker.send(operation.method(), path, body, "", "");
    if (security.contains("admin"))
      return broker.send(operation.method(), path, body, "Authorization", "Bearer " + broker.token);
    if (!security.contains("attestationToken")) {
      byte[] hello = body(named("auth"));
      var challenge = broker.send("POST", "/kbs/v0/auth", hello, "", "");
      String cookie = challenge.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
      return broker.send(operation.method(), path, body, "Cookie", cookie);
    }
    var attested = broker.attest(new Provisioning.Enclave(platform.platform));
    return broker.send(
        operation.method(), path, body, "Authorization", "Bearer " + attested.token());
  }

  /** Status, content type and members are of the description. */
  private static void described(Described operation, HttpResponse<String> answer) {
    String at = operation.method() + " " + operation.template() + " " + answer.statusCode();
    var response = (JsonObject) operation.responses().get(answer.statusCode() + "");
    assertThat(response).as(at + " is described: " + answer.body()).isNotNull();
    if (response.string("$ref").isPresent())
      response = SHAPE.resolve(response.string("$ref").get());
    for (String header : response.object("headers").map(h -> h.members().keySet()).orElse(Set.of()))
      if (answer.statusCode() == 200)
        assertThat(answer.headers().firstValue(header)).as(at + " " + header).isPresent();
    var content = response.object("content");
    if (content.isEmpty()) {
      assertThat(answer.body()).as(at).isEmpty();
      return;
    }
    String type = content.get().members().keySet().iterator().next();
    assertThat(answer.headers().firstValue("content-type").orElse("")).as(at).startsWith(type);
    if (!type.equals("application/json") || answer.body().isEmpty()) return;
    var schema = content.get().requireObject(type).orThrow().requireObject("schema").orThrow();
    var value = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(SHAPE.misfits(schema, value)).as(at + " " + answer.body()).isEmpty();
  }
}
