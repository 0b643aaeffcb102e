package dev.theca.broker.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.api.Route;
import dev.theca.broker.api.Router;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A KBS with one resource, and a client that does as it is told. */
abstract class KbsBed {
  static final String ONE = "/kbs/v0/resource/default/key/one";

  @TempDir Path folder;
  final FakeWings wings = new FakeWings();
  final FakeWings.Shelf shelf = new FakeWings.Shelf();
  final Jwk key = Jwk.generate("P-256");
  Database database;
  Router router;

  @BeforeEach
  void service() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    router = replica();
    shelf.resources.put("default/key/one", "the key".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void end() {
    database.close();
  }

  Router replica() {
    var parts = wings.parts(database);
    var kbs =
        new KbsService(
            parts,
            Map.of("resource", shelf),
            List.of("sgx", "tdx", "nvidia"),
            Duration.ofMinutes(5));
    var routes = new ArrayList<Route>(kbs.routes());
    routes.add(kbs.plugins());
    return new Router(routes, parts.admins(), wings.trail, parts.clock());
  }

  Answer send(Router to, String method, String path, byte[] body, String cookie) {
    return to.handle(request(method, path, body, cookie, ""));
  }

  static Request request(String method, String path, byte[] body, String cookie, String bearer) {
    var headers = new java.util.HashMap<String, List<String>>();
    if (!cookie.isEmpty())
      headers.put("cookie", List.of("other=1; kbs-session-id=" + cookie + "; x=y"));
    if (!bearer.isEmpty()) headers.put("authorization", List.of("Bearer " + bearer));
    return new Request(method, path, Map.of(), headers, body, "192.0.2.7");
  }

  static JsonObject json(Answer answer) {
    return Json.object(answer.body()).orThrow();
  }

  static JsonObject hello() {
    return JsonObject.builder()
        .put("version", "0.4.0")
        .put("tee", "sgx")
        .put("extra-params", "")
        .build();
  }

  static JsonObject with(JsonObject object, String name, dev.theca.wire.json.JsonValue v) {
    var members = new java.util.LinkedHashMap<>(object.members());
    members.put(name, v);
    return new JsonObject(members);
  }

  record Challenged(String cookie, String nonce) {}

  Challenged challenge() {
    var answer = send(router, "POST", "/kbs/v0/auth", Json.write(hello()), "");
    assertThat(answer.status()).isEqualTo(200);
    return new Challenged(cookie(answer), json(answer).string("nonce").orElseThrow());
  }

  static String cookie(Answer answer) {
    String header = answer.headers().get("Set-Cookie");
    assertThat(header).startsWith("kbs-session-id=").contains("; Path=/kbs/v0;");
    return header.substring(15, header.indexOf(';'));
  }

  JsonObject attestation(String nonce, JsonObject pubkey, String additional) {
    return JsonObject.builder()
        .put("init-data", new dev.theca.wire.json.JsonNull())
        .put(
            "runtime-data",
            JsonObject.builder().put("nonce", nonce).put("tee-pubkey", pubkey).build())
        .put(
            "tee-evidence",
            JsonObject.builder()
                .put("primary_evidence", JsonObject.builder().put("quote", "AA").build())
                .put("additional_evidence", additional)
                .build())
        .build();
  }

  Answer attest(Router to, Challenged challenge) {
    var body = attestation(challenge.nonce(), key.publicJson(), "");
    return send(to, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
  }

  static String opened(Answer answer, Jwk key) {
    assertThat(answer.status()).as(new String(answer.body())).isEqualTo(200);
    try (var secret = Jwe.open(json(answer), key).orThrow()) {
      return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
