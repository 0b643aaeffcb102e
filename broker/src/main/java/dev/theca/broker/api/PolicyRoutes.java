package dev.theca.broker.api;

import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.PolicyStore;
import dev.theca.broker.policy.PolicyText;
import dev.theca.broker.policy.PolicyVersion;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.Kbs;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Policies: as the field's tools set them, and with their versions below {@code
 * /theca/v1/policies}. A tenant's own resource policy is of the kind {@code tenant}.
 */
public final class PolicyRoutes {
  private static final String VARIANT = "ParsePolicyError";
  private static final String OURS = "/theca/v1/policies";

  private final PolicyStore policies;
  private final InstantSource clock;

  public PolicyRoutes(PolicyStore policies, InstantSource clock) {
    this.policies = policies;
    this.clock = clock;
  }

  /** The operations. */
  public List<Route> routes() {
    return List.of(
        new Route("POST", Kbs.PREFIX + "/attestation-policy", Access.ADMIN, this::attestation),
        new Route(
            "GET", Kbs.PREFIX + "/attestation-policy", Access.ADMIN, call -> names("attestation")),
        new Route("POST", Kbs.PREFIX + "/resource-policy", Access.ADMIN, this::resource),
        new Route("GET", Kbs.PREFIX + "/resource-policy", Access.ADMIN, call -> names("resource")),
        new Route("GET", OURS, Access.ADMIN, call -> all()),
        new Route("GET", OURS + "/{kind}/{id}", Access.ADMIN, this::get),
        new Route("PUT", OURS + "/{kind}/{id}", Access.ADMIN, this::put),
        new Route("DELETE", OURS + "/{kind}/{id}", Access.ADMIN, this::remove),
        new Route("GET", OURS + "/{kind}/{id}/versions", Access.ADMIN, this::versions),
        new Route("POST", OURS + "/{kind}/{id}/rollback", Access.ADMIN, this::rollback));
  }

  private Answer attestation(Route.Call call) {
    var put =
        Bodies.json(call)
            .then(
                json ->
                    json.requireString("policy_id")
                        .then(PolicyId::attestation)
                        .then(
                            id ->
                                Bodies.base64Text(json, "policy")
                                    .then(text -> store(id, text, call))));
    return Bodies.answer(VARIANT, put, version -> Answer.empty());
  }

  private Answer resource(Route.Call call) {
    var put =
        Bodies.json(call)
            .then(json -> Bodies.base64Text(json, "policy"))
            .then(text -> store(PolicyId.RESOURCE, text, call));
    return Bodies.answer(VARIANT, put, version -> Answer.empty());
  }

  private Outcome<PolicyVersion> store(PolicyId id, String text, Route.Call call) {
    return policies.put(id, text, call.who(), clock.instant());
  }

  private Answer names(String kind) {
    return Answer.json(
        JsonArray.strings(
            policies.ids().stream()
                .filter(id -> id.kind().word().equals(kind))
                .map(PolicyId::name)
                .toList()));
  }

  private Answer all() {
    var newest =
        policies.ids().stream()
            .map(policies::get)
            .flatMap(Optional::stream)
            .<JsonValue>map(text -> text.version().json())
            .toList();
    return Answer.json(JsonObject.builder().put("policies", new JsonArray(newest)).build());
  }

  private static Outcome<PolicyId> id(Route.Call call) {
    String name = call.value("id");
    return switch (call.value("kind")) {
      case "attestation" -> PolicyId.attestation(name);
      case "tenant" -> PolicyId.tenant(name);
      case "resource" ->
          name.equals(PolicyId.RESOURCE.name())
              ? Outcome.granted(PolicyId.RESOURCE)
              : Bodies.bad("resource policy", PolicyId.RESOURCE.name(), "another name");
      default -> Bodies.bad("kind of policy", "attestation, resource or tenant", "another");
    };
  }

  private Answer get(Route.Call call) {
    var text =
        id(call)
            .then(
                id ->
                    Bodies.number("version", call.query("version"), -1)
                        .then(
                            number ->
                                found(number < 0 ? policies.get(id) : policies.get(id, number))));
    return Bodies.answer(
        VARIANT,
        text,
        found ->
            Answer.bytes("text/plain; charset=utf-8", found.text().getBytes(StandardCharsets.UTF_8))
                .with("ETag", "\"" + found.version().number() + "\""));
  }

  private static Outcome<PolicyText> found(Optional<PolicyText> text) {
    return text.filter(found -> !found.version().removed())
        .map(Outcome::granted)
        .orElseGet(
            () ->
                Outcome.refused(
                    Code.of("policy-unknown"),
                    "policy",
                    "a stored one",
                    "none of this name and version",
                    "list the policies"));
  }

  private Answer put(Route.Call call) {
    String text = new String(call.request().body(), StandardCharsets.UTF_8);
    return Bodies.answer(
        VARIANT,
        id(call).then(id -> store(id, text, call)),
        version -> Answer.json(version.json()));
  }

  private Answer remove(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        id(call).then(id -> policies.remove(id, call.who(), clock.instant())),
        version -> Answer.json(version.json()));
  }

  private Answer versions(Route.Call call) {
    return Bodies.answer(
        VARIANT,
        id(call),
        id ->
            Answer.json(
                JsonObject.builder()
                    .put(
                        "versions",
                        new JsonArray(
                            policies.versions(id).stream()
                                .<JsonValue>map(PolicyVersion::json)
                                .toList()))
                    .build()));
  }

  private Answer rollback(Route.Call call) {
    var done =
        id(call)
            .then(
                id ->
                    Bodies.json(call)
                        .then(json -> json.requireInteger("version"))
                        .then(
                            number -> policies.rollback(id, number, call.who(), clock.instant())));
    return Bodies.answer(VARIANT, done, version -> Answer.json(version.json()));
  }
}
