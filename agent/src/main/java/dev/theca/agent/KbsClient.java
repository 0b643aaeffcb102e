package dev.theca.agent;

import dev.theca.enclave.TeePlatform;
import dev.theca.image.HttpClients;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Fetches resources by the KBS protocol 0.4.0. Attests when it has to, with a key pair that lives
 * only here; the quote commits to nonce and key, so an answer is for this enclave alone. The
 * broker's answers are checked for size, its refusals passed on in its own words.
 */
final class KbsClient {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Executor HELPER = work -> Thread.ofPlatform().daemon().start(work);
  private static final int MAX_ANSWER = 24 << 20;
  private static final Pattern SESSION = Pattern.compile(Kbs.COOKIE + "=([A-Za-z0-9._~-]{1,256})");

  private final URI base;
  private final TeePlatform platform;
  private final InitData initData;
  private final CompletableFuture<Jwk> own =
      CompletableFuture.supplyAsync(() -> Jwk.generate("P-256"), HELPER);
  private final HttpClient http;
  private Optional<String> session = Optional.empty();
  private long attestMillis;

  KbsClient(URI base, TeePlatform platform, InitData initData) {
    this.base = base;
    this.platform = platform;
    this.initData = initData;
    this.http = "http".equals(base.getScheme()) ? HttpClients.plain() : HttpClients.tls();
  }

  /** A resource; attests first when there is no session, once more when it has expired. */
  synchronized Outcome<Secret> resource(KbsUri uri) {
    boolean fresh = session.isEmpty();
    return session()
        .then(
            cookie -> {
              var answer = send("GET", "/resource/" + uri.path(), new byte[0], Optional.of(cookie));
              if (answer.statusCode() == 401 && !fresh) {
                session = Optional.empty();
                return resource(uri);
              }
              if (answer.statusCode() != 200) return refused("resource " + uri, answer);
              return Json.object(answer.body(), Limits.DEFAULT.withBytes(MAX_ANSWER))
                  .then(jwe -> Jwe.open(jwe, own.join()));
            });
  }

  /** Milliseconds that the last attestation took. */
  synchronized long attestMillis() {
    return attestMillis;
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
            .put("extra-params", "")
            .build();
    var challenge = send("POST", "/auth", Json.write(hello), Optional.empty());
    if (challenge.statusCode() != 200) return refused("challenge", challenge);
    var cookie =
        challenge.headers().allValues("Set-Cookie").stream()
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
        .then(json -> json.requireString("nonce"))
        .then(
            nonce -> {
              var answer = send("POST", "/attest", Json.write(evidence(nonce)), cookie);
              return answer.statusCode() == 200
                  ? Outcome.granted(cookie.get())
                  : refused("attestation", answer);
            });
  }

  private JsonObject evidence(String nonce) {
    JsonObject key = own.join().publicJson();
    byte[] reportData = Arrays.copyOf(Kbs.reportData(nonce, key, ""), 64);
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

  private HttpResponse<byte[]> send(
      String method, String path, byte[] body, Optional<String> cookie) {
    var request =
        HttpRequest.newBuilder(base.resolve(Kbs.PREFIX + path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    cookie.ifPresent(value -> request.header("Cookie", Kbs.COOKIE + "=" + value));
    try {
      return http.send(
          request.build(),
          HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
    } catch (IOException e) {
      throw new AgentFault("the broker at " + base + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFault("interrupted while asking the broker", e);
    }
  }

  /** The broker's own reasons when it sent them, else its status and words. */
  private static <T> Outcome<T> refused(String what, HttpResponse<byte[]> answer) {
    var json = Json.object(answer.body());
    if (json.isGranted()) {
      var refusal = json.orThrow().object("refusal");
      if (refusal.isPresent()) return Outcome.refused(RefusalJson.read(refusal.get()));
      return Outcome.refused(
          Code.of("kbs-refused"),
          what,
          "a grant of the broker",
          json.orThrow().string("detail").orElse("status " + answer.statusCode()),
          "ask the owner of the broker; its audit log has the reasons");
    }
    String words = new String(answer.body(), StandardCharsets.UTF_8);
    return Outcome.refused(
        Code.of("kbs-refused"),
        what,
        "a grant of the broker",
        "status " + answer.statusCode() + (words.length() > 200 ? "" : " " + words),
        "check kbs_url in the init data");
  }
}
