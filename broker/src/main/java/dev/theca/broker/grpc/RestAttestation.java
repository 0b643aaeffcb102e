package dev.theca.broker.grpc;

import dev.theca.broker.appraise.Attester;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Handler;
import dev.theca.broker.http.Request;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The attestation service over REST; a client's mistake is 400, not the reference's 500. */
public final class RestAttestation implements Handler {
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(12 << 20);
  private final AttestationPort port;

  public RestAttestation(AttestationPort port) {
    this.port = port;
  }

  @Override
  public Answer handle(Request request) {
    var segments = request.segments();
    String first = segments.isEmpty() ? "" : segments.getFirst();
    return switch (first) {
      case "attestation" -> alone(segments, request, "POST", () -> said(evaluate(request.body())));
      case "challenge" -> alone(segments, request, "POST", () -> said(challenge(request.body())));
      case "policy" -> policy(request, segments);
      case ".well-known" ->
          request.path().equals("/.well-known/jwks.json")
              ? only(request, "GET", () -> Answer.json(port.signer().jwks()))
              : missing();
      case "healthz" -> alone(segments, request, "GET", Answer::empty);
      default -> missing();
    };
  }

  private static Answer alone(
      List<String> segments, Request request, String method, Supplier<Answer> answer) {
    return segments.size() == 1 ? only(request, method, answer) : missing();
  }

  private static Answer only(Request request, String method, Supplier<Answer> answer) {
    return request.method().equals(method) ? answer.get() : wrong(method);
  }

  private static Answer wrong(String methods) {
    return Answer.error(405, "HTTPFailed", methods + " is served here").with("Allow", methods);
  }

  private static Answer missing() {
    return Answer.error(404, "HTTPFailed", "there is nothing at this path");
  }

  private Answer policy(Request request, List<String> segments) {
    if (segments.size() == 1 && request.method().equals("POST"))
      return answer(setPolicy(request.body()), set -> Answer.empty());
    if (!request.method().equals("GET")) return wrong(segments.size() == 1 ? "GET, POST" : "GET");
    return switch (segments.size()) {
      case 1 -> Answer.json(ids());
      case 2 ->
          port.policies()
              .rego(segments.get(1))
              .map(Answer::text)
              .orElseGet(() -> Answer.error(404, "PolicyNotFound", "no policy of this id"));
      default -> missing();
    };
  }

  private JsonArray ids() {
    return new JsonArray(
        port.policies().ids().stream()
            .<JsonValue>map(id -> JsonObject.builder().put("policy-id", id).build())
            .toList());
  }

  private static Answer said(Outcome<String> text) {
    return answer(text, Answer::text);
  }

  private static <T> Answer answer(
      Outcome<T> outcome, java.util.function.Function<T, Answer> granted) {
    return switch (outcome) {
      case Outcome.Granted<T>(T value) -> granted.apply(value);
      case Outcome.Refused<T>(var reasons) ->
          Answer.error(400, "AttestationError", reasons.getFirst().toString());
    };
  }

  private Outcome<String> evaluate(byte[] body) {
    return Json.object(body, LIMITS)
        .then(
            document ->
                document
                    .requireArray("verification_requests")
                    .then(
                        requests ->
                            document
                                .requireStrings("policy_ids")
                                .then(
                                    ids ->
                                        EvaluateRequest.of(
                                            requests.stream()
                                                .limit(65)
                                                .map(RestAttestation::attester)
                                                .toList(),
                                            ids))))
        .then(port::evaluate);
  }

  private static Outcome<Attester> attester(JsonValue value) {
    if (!(value instanceof JsonObject one))
      return EvaluateRequest.refused("verification request", "an object", "another value");
    return one.requireString("tee")
        .then(
            tee ->
                one.requireString("evidence")
                    .then(
                        evidence ->
                            EvaluateRequest.attester(tee, evidence, runtime(one), initData(one))));
  }

  private static boolean absent(JsonObject object, String member) {
    return object.get(member).filter(v -> !(v instanceof dev.theca.wire.json.JsonNull)).isEmpty();
  }

  private static Outcome<Attester.Runtime> runtime(JsonObject one) {
    if (absent(one, "runtime_data")) return Outcome.granted(new Attester.Runtime.None());
    String hash = one.string("runtime_data_hash_algorithm").orElse("");
    return one.requireObject("runtime_data")
        .then(
            data ->
                data.members().size() != 1
                    ? EvaluateRequest.refused("runtime_data", "raw or structured", "other members")
                    : data.string("raw").isPresent()
                        ? EvaluateRequest.raw(data.string("raw").get())
                        : data.requireObject("structured")
                            .then(claims -> EvaluateRequest.structured(claims, hash)));
  }

  private static Outcome<Optional<Attester.InitDataGiven>> initData(JsonObject one) {
    if (absent(one, "init_data")) return Outcome.granted(Optional.empty());
    return one.requireObject("init_data")
        .then(
            data ->
                data.string("init_data_digest").isPresent()
                    ? EvaluateRequest.digest(data.string("init_data_digest").get())
                    : data.requireString("init_data_toml")
                        .map(toml -> Optional.of(new Attester.InitDataGiven.Text(toml))));
  }

  private Outcome<String> setPolicy(byte[] body) {
    return Json.object(body, LIMITS)
        .then(
            document ->
                document
                    .requireString("policy_id")
                    .then(
                        id ->
                            document
                                .requireString("policy")
                                .then(policy -> Services.setPolicy(port, id, policy))));
  }

  private Outcome<String> challenge(byte[] body) {
    return Json.object(body)
        .then(
            document -> {
              Map<String, String> inner = new LinkedHashMap<>();
              for (var member : document.members().entrySet()) {
                if (!(member.getValue() instanceof JsonString(String text)))
                  return EvaluateRequest.refused("challenge request", "strings", "other values");
                inner.put(member.getKey(), text);
              }
              return port.challenges().challenge(inner);
            });
  }
}
