package dev.theca.broker.kbs;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.admin.Admins;
import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Attester;
import dev.theca.broker.appraise.Judged;
import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.http.Answer;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.broker.seal.Sealer;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.Database;
import dev.theca.broker.token.TokenSigner;
import dev.theca.broker.token.TokenVerifier;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The other wings, as simple as they can be while they still decide something. */
final class FakeWings implements AttestationService {
  final KeptTrail trail = new KeptTrail();
  volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");
  volatile boolean believes = true;
  volatile boolean allows = true;
  volatile List<Attester> seen = List.of();

  Parts parts(Database database) {
    return new Parts(
        database,
        new PlainSealer(),
        this,
        new PlainTokens(),
        new PlainTokens(),
        claims ->
            claims
                .object("submods")
                .flatMap(s -> s.object("cpu0"))
                .flatMap(s -> s.object("ear.veraison.annotated-evidence"))
                .flatMap(s -> s.object("runtime_data_claims"))
                .flatMap(s -> s.object("tee-pubkey"))
                .map(Jwk::parse)
                .orElseGet(() -> no("no-key")),
        (claims, wanted, at) ->
            allows ? Outcome.granted(new ResourcePolicy.Allowed("p", 1)) : no("policy-no"),
        (bearer, method, path, at) ->
            bearer.equals("admin")
                ? Outcome.granted(new Actor("root", Set.of("owner")))
                : no(bearer.isEmpty() ? Admins.MISSING : Admins.INVALID),
        trail,
        trail,
        Meter.NONE,
        () -> now);
  }

  static <T> Outcome<T> no(String code) {
    return Outcome.refused(Code.of(code), "something", "yes", "no", "do it right");
  }

  @Override
  public Outcome<Judged> judge(List<Attester> attesters, List<String> policyIds, Instant at) {
    seen = attesters;
    if (!believes) return no("evidence-forged");
    var runtime = (Attester.Runtime.Structured) attesters.getFirst().runtime();
    var evidence =
        JsonObject.builder()
            .put("runtime_data_claims", runtime.claims())
            .put(
                "sgx",
                JsonObject.builder()
                    .put("body", JsonObject.builder().put("mr_enclave", "ab").build())
                    .build())
            .build();
    var cpu = JsonObject.builder().put("ear.veraison.annotated-evidence", evidence).build();
    var claims =
        JsonObject.builder()
            .put("exp", at.plusSeconds(300).getEpochSecond())
            .put("submods", JsonObject.builder().put("cpu0", cpu).build())
            .build();
    var none = JsonObject.builder().build();
    return Outcome.granted(new Judged(claims, none, none));
  }

  /** Bound to the context, and nothing else. */
  private static final class PlainSealer implements Sealer {
    @Override
    public byte[] seal(String context, byte[] plain) {
      return (context + "|" + Base64.getEncoder().encodeToString(plain))
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Secret open(String context, byte[] sealed) {
      String text = new String(sealed, StandardCharsets.UTF_8);
      if (!text.startsWith(context + "|")) throw new IllegalStateException("another context");
      return Secret.moveFrom(Base64.getDecoder().decode(text.substring(context.length() + 1)));
    }
  }

  /** Tokens that anybody can make. */
  private static final class PlainTokens implements TokenSigner, TokenVerifier {
    @Override
    public String sign(JsonObject claims) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(claims));
    }

    @Override
    public JsonObject jwks() {
      return JsonObject.builder().build();
    }

    @Override
    public Outcome<JsonObject> verify(String token, Instant at) {
      try {
        return Json.object(Base64.getUrlDecoder().decode(token))
            .then(
                claims ->
                    claims.integer("exp").orElse(0L) > at.getEpochSecond()
                        ? Outcome.granted(claims)
                        : no("token-expired"));
      } catch (IllegalArgumentException e) {
        return no("token-malformed");
      }
    }
  }

  /** Resources in memory. */
  static final class Shelf implements Plugin {
    final Map<String, byte[]> resources = new ConcurrentHashMap<>();

    @Override
    public String name() {
      return "resource";
    }

    @Override
    public boolean needsAdmin(Call call) {
      return !call.method().equals("GET");
    }

    @Override
    public boolean encrypts(Call call) {
      return true;
    }

    @Override
    public Answer handle(Call call) {
      String path = String.join("/", call.path());
      if (call.method().equals("POST")) {
        resources.put(path, call.body().clone());
        return Answer.empty();
      }
      byte[] there = resources.get(path);
      return there == null
          ? Answer.error(404, "ResourceNotFound", "no resource")
          : Answer.bytes("application/octet-stream", there.clone());
    }
  }
}
