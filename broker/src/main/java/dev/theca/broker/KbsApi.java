package dev.theca.broker;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.Kbs;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The KBS protocol 0.4.0 and the admin calls, as a function of a request; HTTP is somebody else's.
 */
final class KbsApi {
  private static final int KEPT_REFUSALS = 1000;

  private final Sessions sessions;
  private final AttestationService attestation;
  private final ResourceStore resources;
  private final ReferenceValues references;
  private final Tokens tokens;
  private final Admin admin;
  private final Audit audit;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, JsonObject> refusals =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonObject> eldest) {
          return size() > KEPT_REFUSALS;
        }
      };

  KbsApi(
      Sessions sessions,
      AttestationService attestation,
      ResourceStore resources,
      ReferenceValues references,
      Tokens tokens,
      Admin admin,
      Audit audit) {
    this.sessions = sessions;
    this.attestation = attestation;
    this.resources = resources;
    this.references = references;
    this.tokens = tokens;
    this.admin = admin;
    this.audit = audit;
  }

  Reply handle(String method, String path, byte[] body, String cookie, String bearer) {
    if (path.equals("/healthz")) return Reply.empty();
    if (path.startsWith("/theca/v1/")) return own(method, path.substring(10), bearer);
    if (!path.startsWith(Kbs.PREFIX + "/"))
      return Reply.error(404, "PluginNotFound", "no such path");
    String rest = path.substring(Kbs.PREFIX.length() + 1);
    if (method.equals("POST") && rest.equals("auth")) return auth(body);
    if (method.equals("POST") && rest.equals("attest")) return attest(body, cookie);
    if (rest.startsWith("resource/"))
      return resource(method, rest.substring(9), body, cookie, bearer);
    if (rest.equals("reference-value") && method.equals("POST"))
      return admin.allows(bearer) ? register(body) : adminOnly(bearer);
    if (rest.startsWith("reference-value/") && method.equals("GET")) {
      if (!admin.allows(bearer)) return adminOnly(bearer);
      return references
          .find(rest.substring(16))
          .map(v -> new Reply(200, Json.write(v), ""))
          .orElse(Reply.error(404, "RvpsError", "no such reference value"));
    }
    if (rest.equals("resource-policy") || rest.equals("attestation-policy")) {
      return Reply.error(
          501,
          "PolicyEngineError",
          "Rego policies are not evaluated yet; register reference values instead");
    }
    return Reply.error(
        404,
        "PluginNotFound",
        "Plugin " + rest.split("/")[0].replaceAll("[^a-zA-Z0-9_-]", "") + " not found");
  }

  private static Reply adminOnly(String bearer) {
    return bearer.isEmpty()
        ? Reply.error(401, "AdminAuthInitialization", "this needs the admin token")
        : Reply.error(403, "AdminAuthAccess", "this is not the admin token");
  }

  private Reply own(String method, String path, String bearer) {
    if (path.equals("jwks") && method.equals("GET")) return Reply.ok(tokens.jwks());
    if (!admin.allows(bearer)) return adminOnly(bearer);
    if (path.equals("audit") && method.equals("GET"))
      return Reply.ok(JsonObject.builder().put("entries", new JsonArray(audit.recent())).build());
    if (path.startsWith("refusals/") && method.equals("GET")) {
      synchronized (refusals) {
        var kept = refusals.get(path.substring(9));
        return kept == null
            ? Reply.error(404, "PluginNotFound", "no refusal of this id")
            : Reply.ok(kept);
      }
    }
    return Reply.error(404, "PluginNotFound", "no such path");
  }

  private Reply auth(byte[] body) {
    if (!(Json.object(body) instanceof Outcome.Granted<JsonObject>(var request)))
      return Reply.error(400, "AttestationError", "the request is no JSON object");
    String version = request.string("version").orElse("");
    if (!version.equals(Kbs.VERSION)) {
      return Reply.error(
          401,
          "AttestationError",
          "Attestation error: RCAR handshake Auth failed: KBS Client Protocol Version Mismatch: expect =0.4.0 while the request is "
              + version.replaceAll("[^0-9a-zA-Z.+-]", "?"));
    }
    String tee = request.string("tee").orElse("");
    if (!tee.matches("[a-z0-9-]{1,32}") || request.get("extra-params").isEmpty())
      return Reply.error(400, "AttestationError", "members tee and extra-params are needed");
    var session = sessions.begin(tee, Instant.now());
    return Reply.ok(
            JsonObject.builder().put("nonce", session.nonce).put("extra-params", "").build())
        .with(session.id);
  }

  private Reply attest(byte[] body, String cookie) {
    Instant now = Instant.now();
    var session = sessions.find(cookie, now);
    if (session.isEmpty())
      return Reply.error(401, "AttestationError", "no session: begin with /auth");
    var done = session.get().attested();
    if (done.isPresent()) return token(done.get(), session.get());
    if (!(Json.object(body) instanceof Outcome.Granted<JsonObject>(var request)))
      return Reply.error(400, "AttestationError", "the attestation is no JSON object");
    return switch (believed(request, session.get(), now)) {
      case Outcome.Granted<Attested>(var attested) -> {
        session.get().attested(attested);
        audit.record("attest", "granted", attested.claims());
        yield token(attested, session.get());
      }
      case Outcome.Refused<Attested>(var reasons) -> {
        if (session.get().failed()) sessions.drop(session.get().id);
        yield refused("attest", 401, "AttestationError", reasons);
      }
    };
  }

  private static Reply token(Attested attested, Sessions.Session session) {
    return Reply.ok(JsonObject.builder().put("token", attested.token()).build()).with(session.id);
  }

  private Outcome<Attested> believed(JsonObject request, Sessions.Session session, Instant now) {
    var runtime = request.object("runtime-data").orElse(JsonObject.builder().build());
    if (!runtime.string("nonce").orElse("").equals(session.nonce)) {
      return Outcome.refused(
          dev.theca.wire.Code.of("nonce-stale"),
          "nonce",
          "the one of this session's challenge",
          "another",
          "answer the latest challenge");
    }
    var pubkey = runtime.object("tee-pubkey").orElse(JsonObject.builder().build());
    var evidence = request.object("tee-evidence").orElse(JsonObject.builder().build());
    String additional = evidence.string("additional_evidence").orElse("");
    if (!additional.isEmpty()) {
      return Outcome.refused(
          dev.theca.wire.Code.of("evidence-additional"),
          "additional evidence",
          "none",
          "some",
          "attest the CPU alone; devices are not verified yet");
    }
    byte[] reportData = Kbs.reportData(session.nonce, pubkey, additional);
    return Jwk.parse(pubkey)
        .then(
            key ->
                initData(request)
                    .then(
                        initData ->
                            attestation
                                .appraise(
                                    session.tee,
                                    evidence
                                        .object("primary_evidence")
                                        .orElse(JsonObject.builder().build()),
                                    reportData,
                                    initData,
                                    now)
                                .map(
                                    claims ->
                                        new Attested(
                                            tokens.issue(
                                                claims,
                                                runtime,
                                                initData.map(KbsApi::initClaims),
                                                now),
                                            key,
                                            claims))));
  }

  private static Outcome<Optional<InitData>> initData(JsonObject request) {
    var sent = request.object("init-data");
    if (sent.isEmpty()) return Outcome.granted(Optional.empty());
    return InitData.parse(sent.get().string("body").orElse("").getBytes(StandardCharsets.UTF_8))
        .map(Optional::of);
  }

  private static JsonObject initClaims(InitData initData) {
    var members = new LinkedHashMap<String, JsonValue>();
    initData.data().forEach((key, value) -> members.put(key, new JsonString(value)));
    return new JsonObject(members);
  }

  private Reply resource(String method, String path, byte[] body, String cookie, String bearer) {
    if (!Kbs.isResourcePath(path))
      return Reply.error(400, "InvalidRequestPath", "a resource is named repository/type/tag");
    return switch (method) {
      case "GET" -> release(path, cookie, bearer);
      case "POST" -> {
        if (!admin.allows(bearer)) yield adminOnly(bearer);
        resources.put(path, body);
        audit.record("resource-set", "granted", JsonObject.builder().put("path", path).build());
        yield Reply.empty();
      }
      case "DELETE" -> {
        if (!admin.allows(bearer)) yield adminOnly(bearer);
        boolean there = resources.delete(path);
        audit.record(
            "resource-delete",
            there ? "granted" : "missing",
            JsonObject.builder().put("path", path).build());
        yield there ? Reply.empty() : Reply.error(404, "ResourceNotFound", "no such resource");
      }
      default -> Reply.error(405, "HTTPFailed", "GET, POST or DELETE");
    };
  }

  private Reply release(String path, String cookie, String bearer) {
    Instant now = Instant.now();
    var key = teeKey(cookie, bearer, now);
    if (key.isEmpty()) return Reply.error(401, "TokenNotFound", "Attestation Token not found");
    var secret = resources.get(path);
    var detail = JsonObject.builder().put("path", path).build();
    if (secret.isEmpty()) {
      audit.record("release", "missing", detail);
      return Reply.error(404, "ResourceNotFound", "no resource kbs:///" + path);
    }
    try (var plain = secret.get()) {
      audit.record("release", "granted", detail);
      return Reply.ok(plain.lend(bytes -> Jwe.forKbs(key.get(), bytes)));
    }
  }

  private Optional<Jwk> teeKey(String cookie, String bearer, Instant now) {
    var attested = sessions.find(cookie, now).flatMap(Sessions.Session::attested);
    if (attested.isPresent()) return attested.map(Attested::teeKey);
    if (bearer.isEmpty()
        || !(tokens.verify(bearer, now) instanceof Outcome.Granted<JsonObject>(var payload)))
      return Optional.empty();
    return payload
        .object("submods")
        .flatMap(o -> o.object("cpu0"))
        .flatMap(o -> o.object("ear.veraison.annotated-evidence"))
        .flatMap(o -> o.object("runtime_data_claims"))
        .flatMap(o -> o.object("tee-pubkey"))
        .map(Jwk::parse)
        .flatMap(o -> o.isGranted() ? Optional.of(o.orThrow()) : Optional.empty());
  }

  private Reply register(byte[] body) {
    return switch (Json.object(body).then(references::register)) {
      case Outcome.Granted<List<String>>(var names) -> {
        audit.record(
            "reference-value",
            "granted",
            JsonObject.builder().put("names", JsonArray.strings(names)).build());
        yield Reply.empty();
      }
      case Outcome.Refused<List<String>>(var reasons) ->
          Reply.error(400, "RvpsError", reasons.getFirst().toString());
    };
  }

  /** An explained no: the client gets the words and an id, the log the same. */
  private Reply refused(String event, int status, String variant, List<Refusal> reasons) {
    byte[] raw = new byte[8];
    random.nextBytes(raw);
    String id = HexFormat.of().formatHex(raw);
    var list = new JsonArray(reasons.stream().<JsonValue>map(RefusalJson::write).toList());
    var entry =
        JsonObject.builder()
            .put("id", id)
            .put("event", event)
            .put("time", Instant.now().toString())
            .put("reasons", list)
            .build();
    synchronized (refusals) {
      refusals.put(id, entry);
    }
    audit.record(event, "refused", entry);
    var body =
        new LinkedHashMap<>(
            Kbs.error(variant, reasons.getFirst() + " (refusal " + id + ")").members());
    body.put("refusal", RefusalJson.write(reasons.getFirst()));
    return new Reply(status, Json.write(new JsonObject(body)), "");
  }
}
