package dev.theca.broker.kbs;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Judged;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.broker.store.Database;
import dev.theca.broker.token.TokenSigner;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.meter.Meter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Request, challenge, attestation, response: the RCAR handshake of the KBS protocol 0.4.0. */
final class Handshake {
  private static final String FAILED = "Attestation error: RCAR handshake Attest failed: ";

  private static final Set<String> MALFORMED = Set.of(KbsCode.KBS_REQUEST.id(), "bad-json");

  private final Challenges challenges;
  private final Sessions sessions;
  private final Clients clients;
  private final AttestationService attestation;
  private final TokenSigner signer;
  private final Database database;
  private final Audit audit;
  private final Reasons reasons;
  private final Meter meter;
  private final InstantSource clock;

  Handshake(Challenges challenges, Sessions sessions, Clients clients, Parts parts) {
    this.clients = clients;
    this.challenges = challenges;
    this.sessions = sessions;
    this.attestation = parts.attestation();
    this.signer = parts.signer();
    this.database = parts.database();
    this.audit = parts.audit();
    this.reasons = parts.reasons();
    this.meter = parts.meter();
    this.clock = parts.clock();
  }

  /** POST /auth. */
  Answer auth(Request request) {
    meter.count("kbs_auth_requests_total");
    Instant now = clock.instant();
    return switch (Hello.parse(request.body(), challenges)) {
      case Outcome.Granted<Hello>(var hello) -> {
        meter.count("kbs_auth_successes_total");
        audit.record(heard("granted", request, JsonObject.builder().put("tee", hello.tee())));
        var issued = challenges.issue(hello.tee(), hello.hash(), now);
        yield Answer.json(
                JsonObject.builder()
                    .put("nonce", issued.nonce())
                    .put("extra-params", hello.answer())
                    .build())
            .with("Set-Cookie", cookie(issued.cookie()));
      }
      case Outcome.Refused<Hello>(var why) -> {
        meter.count("kbs_auth_errors_total");
        var code = why.getFirst().code();
        var detail = PodSaid.into(JsonObject.builder().put("code", code.id()), request);
        String id = keep(heard("refused", request, detail), why);
        boolean old = code.id().equals(KbsCode.KBS_VERSION.id());
        yield old ? Hello.oldVersion(why) : Answers.refused(400, "AttestationError", "", why, id);
      }
    };
  }

  private static Event heard(String outcome, Request request, JsonObject.Builder detail) {
    return new Event("auth", outcome, "", "address:" + request.remote(), detail.build());
  }

  private String cookie(String value) {
    return Kbs.COOKIE
        + "="
        + value
        + "; Path="
        + Kbs.PREFIX
        + "; HttpOnly; SameSite=Strict; Max-Age="
        + challenges.life().toSeconds();
  }

  /** POST /attest. */
  Answer attest(Request request) {
    meter.count("kbs_attestation_requests_total");
    Instant now = clock.instant();
    String cookie = request.cookie(Kbs.COOKIE);
    return switch (challenges.open(cookie, now)) {
      case Outcome.Refused<Challenge>(var why) -> unanswerable(request, "", why);
      case Outcome.Granted<Challenge>(var challenge) -> {
        String digest = Digest.sha256(request.body()).hex();
        yield switch (sessions.mayAnswer(challenge, digest)) {
          case Outcome.Refused<Optional<String>>(var why) ->
              unanswerable(request, challenge.tee(), why);
          case Outcome.Granted<Optional<String>>(var token) ->
              token.isPresent()
                  ? token(token.get(), cookie)
                  : judged(request, challenge, cookie, digest, now);
        };
      }
    };
  }

  private Answer judged(
      Request request, Challenge challenge, String cookie, String digest, Instant now) {
    return switch (Attestation.parse(request.body(), challenge)) {
      case Outcome.Refused<Attestation>(var why) ->
          refused(
              request, challenge, why, MALFORMED.contains(why.getFirst().code().id()) ? 400 : 401);
      case Outcome.Granted<Attestation>(var sent) ->
          switch (attestation.judge(sent.attesters(), List.of(), now)) {
            case Outcome.Refused<Judged>(var why) -> refused(request, challenge, why, 401);
            case Outcome.Granted<Judged>(var judged) ->
                believed(request, challenge, cookie, digest, judged, now);
          };
    };
  }

  private Answer believed(
      Request request,
      Challenge challenge,
      String cookie,
      String digest,
      Judged judged,
      Instant now) {
    String token = signer.sign(judged.claims());
    var signed = new Sessions.Token(token, judged.claims().string("jti").orElse(""));
    var event = new Event("attest", "granted", "", Subject.of(judged.claims()), judged.record());
    boolean first =
        database.write(
            sql -> {
              if (!sessions.attested(sql, challenge, digest, signed, judged.why())) return false;
              audit.append(sql, event);
              return true;
            });
    if (first) {
      clients.attested(challenge, token, judged.claims(), now);
      meter.count("kbs_attestation_successes_total", "tee_type", challenge.tee());
      return token(token, cookie);
    }
    // another answer to the same challenge came first: the same one, or not
    return switch (sessions.mayAnswer(challenge, digest)) {
      case Outcome.Granted<Optional<String>>(var theirs) when theirs.isPresent() ->
          token(theirs.get(), cookie);
      case Outcome.Granted<Optional<String>> _ ->
          throw new IllegalStateException("a session is neither attested nor spent");
      case Outcome.Refused<Optional<String>>(var why) ->
          unanswerable(request, challenge.tee(), why);
    };
  }

  /** There is no challenge, or none any more, that this could be an answer to. */
  private Answer unanswerable(Request request, String tee, List<Refusal> why) {
    meter.count("kbs_attestation_errors_total");
    var detail = JsonObject.builder().put("code", why.getFirst().code().id());
    if (!tee.isEmpty()) detail.put("tee", tee);
    var event =
        new Event(
            "attest",
            "refused",
            "",
            "address:" + request.remote(),
            PodSaid.into(detail, request).build());
    return Answers.refused(401, "AttestationError", FAILED, why, keep(event, why));
  }

  private String keep(Event event, List<Refusal> why) {
    return reasons.keep(event, why, JsonObject.builder().build());
  }

  private Answer token(String token, String cookie) {
    return Answer.json(JsonObject.builder().put("token", token).build())
        .with("Set-Cookie", cookie(cookie));
  }

  private Answer refused(Request request, Challenge challenge, List<Refusal> why, int status) {
    meter.count("kbs_attestation_failures_total", "tee_type", challenge.tee());
    var detail =
        JsonObject.builder().put("tee", challenge.tee()).put("code", why.getFirst().code().id());
    var event =
        new Event(
            "attest",
            "refused",
            "",
            "address:" + request.remote(),
            PodSaid.into(detail, request).build());
    String id =
        database.write(
            sql -> {
              sessions.failed(sql, challenge);
              return reasons.keep(sql, event, why, JsonObject.builder().build());
            });
    return Answers.refused(status, "AttestationError", FAILED, why, id);
  }
}
