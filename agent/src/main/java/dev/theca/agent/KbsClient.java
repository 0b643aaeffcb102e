package dev.theca.agent;

import dev.theca.enclave.TeePlatform;
import dev.theca.image.remote.DirectServer.Said;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.kbs.PodName;
import dev.theca.wire.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Fetches resources by the KBS protocol 0.4.0. Attests when it has to, with a key pair that lives
 * only here; the quote commits to nonce and key, so an answer is for this enclave alone. The
 * broker's answers are checked for size, its refusals passed on in its own words.
 */
final class KbsClient {
  private static final Executor HELPER = work -> Thread.ofPlatform().daemon().start(work);
  private static final int MAX_ANSWER = 24 << 20;
  private static final Pattern SESSION = Pattern.compile(Kbs.COOKIE + "=([A-Za-z0-9._~-]{1,256})");

  private static final Pattern REFUSAL_ID = Pattern.compile("[a-z2-7]{12}");

  private static final List<String> HASHES = List.of("sha256", "sha384", "sha512");

  /** Errors that another attestation does not mend, with whatever status a server sends them. */
  private static final Set<String> FINAL =
      Set.of("PolicyDeny", "PluginInternalError", "PluginNotFound", "InvalidRequestPath");

  private final KbsTransport transport;
  private final TeePlatform platform;
  private final InitData initData;
  private final CompletableFuture<Jwk> own =
      CompletableFuture.supplyAsync(() -> Jwk.generate("P-256"), HELPER);
  private final Turn turn = new Turn();
  private Optional<String> session = Optional.empty();
  private long attestMillis;

  KbsClient(URI base, TeePlatform platform, InitData initData) {
    this(new KbsTransport(base, MAX_ANSWER, Optional.empty()), platform, initData);
  }

  /** One that tells the broker which pod asks, where the host said it. */
  static KbsClient to(URI base, TeePlatform platform, InitData initData, Optional<PodName> pod) {
    return new KbsClient(new KbsTransport(base, MAX_ANSWER, pod), platform, initData);
  }

  private KbsClient(KbsTransport transport, TeePlatform platform, InitData initData) {
    this.transport = transport;
    this.platform = platform;
    this.initData = initData;
  }

  /** A resource; attests first when there is no session, once more when it has expired. */
  Outcome<Secret> resource(KbsUri uri) {
    return turn.takeOrShare(() -> fetched(uri));
  }

  private Outcome<Secret> fetched(KbsUri uri) {
    boolean fresh = session.isEmpty();
    return session()
        .then(
            cookie -> {
              var answer = transport.send("GET", "/resource/" + uri.path(), new byte[0], cookie);
              if (answer.status() == 401 && !fresh && !isFinal(answer)) {
                session = Optional.empty();
                return fetched(uri);
              }
              if (answer.status() != 200) return refused("resource " + uri, answer);
              return Json.object(answer.body(), Limits.DEFAULT.withBytes(MAX_ANSWER))
                  .then(jwe -> Jwe.open(jwe, own.join()));
            });
  }

  /** What a plugin said, for its caller to read. */
  record Answer(int status, byte[] body, Said whole) {
    /** Whether it is the error of this name. */
    boolean isError(String name) {
      return name.equals(errorName(whole));
    }

    <T> Outcome<T> refused(String what) {
      return KbsClient.refused(what, whole);
    }
  }

  /** Asks a plugin as the attested agent, whatever it answers; attests as for a resource. */
  Outcome<Answer> plugin(String method, String path, byte[] body) {
    return turn.take(() -> asked(method, path, body));
  }

  private Outcome<Answer> asked(String method, String path, byte[] body) {
    boolean fresh = session.isEmpty();
    return session()
        .then(
            cookie -> {
              var answer = transport.send(method, path, body, cookie);
              if (answer.status() == 401 && !fresh && !isFinal(answer)) {
                session = Optional.empty();
                return asked(method, path, body);
              }
              return Outcome.granted(new Answer(answer.status(), answer.body(), answer));
            });
  }

  /** Attests unless that was done; the milliseconds that the last attestation took. */
  Outcome<Long> attested() {
    return turn.takeOrShare(() -> session().map(cookie -> attestMillis));
  }

  private Outcome<String> session() {
    if (session.isPresent()) return Outcome.granted(session.get());
    long start = System.nanoTime();
    return attest()
        .map(
            cookie -> {
              session = Optional.of(cookie);
              attestMillis = (System.nanoTime() - start) / 1_000_000;
              return cookie;
            });
  }

  private Outcome<String> attest() {
    var hello =
        JsonObject.builder()
            .put("version", Kbs.VERSION)
            .put("tee", "sgx")
            .put(
                "extra-params",
                JsonObject.builder()
                    .put("supported-hash-algorithms", JsonArray.strings(HASHES))
                    .build())
            .build();
    var challenge = transport.send("POST", "/auth", Json.write(hello), "");
    if (challenge.status() != 200) return refused("challenge", challenge);
    var cookie =
        challenge.all("Set-Cookie").stream()
            .map(SESSION::matcher)
            .filter(java.util.regex.Matcher::find)
            .map(m -> m.group(1))
            .findFirst();
    if (cookie.isEmpty())
      return Outcome.refused(
          Code.of("kbs-protocol"),
          "challenge of the broker",
          "a session cookie",
          "none",
          "use a broker that speaks KBS protocol " + Kbs.VERSION);
    return Json.object(challenge.body())
        .then(
            json ->
                json.requireString("nonce")
                    .then(nonce -> selectedHash(json).map(hash -> evidence(nonce, hash))))
        .then(
            evidence -> {
              var answer = transport.send("POST", "/attest", Json.write(evidence), cookie.get());
              return answer.status() == 200
                  ? Outcome.granted(cookie.get())
                  : refused("attestation", answer);
            });
  }

  /** SHA-384, unless the server selected another of those that were offered. */
  private static Outcome<String> selectedHash(JsonObject challenge) {
    String hash =
        challenge
            .object("extra-params")
            .flatMap(extra -> extra.string("selected-hash-algorithm"))
            .map(name -> name.toLowerCase(Locale.ROOT).replace("-", ""))
            .orElse("sha384");
    return HASHES.contains(hash)
        ? Outcome.granted(hash)
        : Outcome.refused(
            Code.of("kbs-protocol"),
            "hash that the broker selected",
            "one of " + HASHES,
            "another",
            "use a broker that speaks KBS protocol " + Kbs.VERSION);
  }

  /** Whether an error is one that stays, by the name that servers of the field give it. */
  private static boolean isFinal(Said answer) {
    return FINAL.contains(errorName(answer));
  }

  private static String errorName(Said answer) {
    return Json.object(answer.body()) instanceof Outcome.Granted<JsonObject>(var json)
        ? json.string("type").orElse("").replaceAll(".*/", "")
        : "";
  }

  private JsonObject evidence(String nonce, String hash) {
    JsonObject key = own.join().publicJson();
    byte[] reportData = Arrays.copyOf(Kbs.reportData(nonce, key, "", hash), 64);
    String quote = Base64.getEncoder().encodeToString(platform.quote(reportData));
    return JsonObject.builder()
        .put(
            "init-data",
            JsonObject.builder().put("format", "toml").put("body", initData.text()).build())
        .put(
            "runtime-data", JsonObject.builder().put("nonce", nonce).put("tee-pubkey", key).build())
        .put(
            "tee-evidence",
            JsonObject.builder()
                .put("primary_evidence", JsonObject.builder().put("quote", quote).build())
                .put("additional_evidence", "")
                .build())
        .build();
  }

  /** The owner explains a refusal by its id; whoever sees the pod's status hands it on. */
  private static Refusal pointed(Refusal said, String id) {
    return new Refusal(
        said.code(),
        said.what(),
        said.expected(),
        said.found(),
        said.next() + " (theca why " + id + ")");
  }

  /** The broker's own reasons when it sent them, else its status and words. */
  private static <T> Outcome<T> refused(String what, Said answer) {
    var json = Json.object(answer.body());
    if (json.isGranted()) {
      var refusal = json.orThrow().object("refusal");
      if (refusal.isPresent()) {
        var said = RefusalJson.read(refusal.get());
        var id = json.orThrow().string("id").filter(i -> REFUSAL_ID.matcher(i).matches());
        return Outcome.refused(id.map(i -> pointed(said, i)).orElse(said));
      }
      return Outcome.refused(
          Code.of("kbs-refused"),
          what,
          "a grant of the broker",
          json.orThrow().string("detail").orElse("status " + answer.status()),
          "ask the owner of the broker; its audit log has the reasons");
    }
    String words = new String(answer.body(), StandardCharsets.UTF_8);
    return Outcome.refused(
        Code.of("kbs-refused"),
        what,
        "a grant of the broker",
        "status " + answer.status() + (words.length() > 200 ? "" : " " + words),
        "check kbs_url in the init data");
  }
}
