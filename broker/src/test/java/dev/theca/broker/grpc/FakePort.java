package dev.theca.broker.grpc;

import dev.theca.broker.appraise.Attester;
import dev.theca.broker.appraise.Judged;
import dev.theca.broker.token.TokenSigner;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An attestation service that believes everybody but "tdx", and remembers what it was asked. */
final class FakePort {
  final List<List<Attester>> judged = new ArrayList<>();
  final List<List<String>> policyIds = new ArrayList<>();
  final Map<String, String> policies = new LinkedHashMap<>();
  final Map<String, String> references =
      new LinkedHashMap<>(Map.of("known", "[\"1\"]", "empty", ""));

  AttestationPort port() {
    return new AttestationPort(
        this::judge,
        new TokenSigner() {
          @Override
          public String sign(JsonObject claims) {
            return "signed." + claims.string("tees").orElseThrow();
          }

          @Override
          public JsonObject jwks() {
            return JsonObject.builder().put("keys", new JsonArray(List.of())).build();
          }
        },
        new AttestationPort.Policies() {
          @Override
          public Outcome<String> set(String id, String rego) {
            if (!rego.startsWith("package")) return no("policy " + id);
            policies.put(id, rego);
            return Outcome.granted(id);
          }

          @Override
          public List<String> ids() {
            return List.copyOf(policies.keySet());
          }

          @Override
          public Optional<String> rego(String id) {
            return Optional.ofNullable(policies.get(id));
          }
        },
        new AttestationPort.References() {
          @Override
          public Optional<String> query(String id) {
            return Optional.ofNullable(references.get(id));
          }

          @Override
          public Outcome<List<String>> register(String message) {
            if (!message.startsWith("{")) return no("message");
            references.put("registered", message);
            return Outcome.granted(List.of("registered"));
          }
        },
        inner -> inner.containsKey("tee") ? Outcome.granted("c-" + inner.get("tee")) : no("tee"),
        InstantSource.fixed(Instant.EPOCH));
  }

  private static <T> Outcome<T> no(String what) {
    return Outcome.refused(Code.of("test-refused"), what, "good", "bad", "mend it");
  }

  private Outcome<Judged> judge(List<Attester> attesters, List<String> ids, Instant now) {
    judged.add(attesters);
    policyIds.add(ids);
    if (attesters.getFirst().tee().equals("tdx")) return no("evidence");
    if (attesters.getFirst().tee().equals("crash")) throw new IllegalStateException("secret words");
    var empty = JsonObject.builder().build();
    String tees = String.join("+", attesters.stream().map(Attester::tee).toList());
    return Outcome.granted(
        new Judged(JsonObject.builder().put("tees", tees).build(), empty, empty));
  }
}
