package dev.theca.broker.kbs;

import dev.theca.broker.appraise.Attester;
import dev.theca.broker.token.TeeKey;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of POST /attest (KBS protocol 0.4.0, Attestation), checked against its challenge: the
 * primary evidence, and one attester for each device.
 */
record Attestation(List<Attester> attesters) {
  private static final Limits LIMITS = new Limits(16 << 20, 24, 8 << 20, 256);
  private static final int MAX_DEVICES = 16;

  static Outcome<Attestation> parse(byte[] body, Challenge challenge) {
    return Json.object(body, LIMITS)
        .then(
            json ->
                json.requireObject("runtime-data")
                    .then(runtime -> bound(runtime, challenge))
                    .then(runtime -> all(json, runtime, challenge)));
  }

  /** The runtime data, with the nonce of the challenge and a key that answers can go to. */
  private static Outcome<JsonObject> bound(JsonObject runtime, Challenge challenge) {
    return runtime
        .requireString("nonce")
        .then(
            nonce -> {
              if (!nonce.equals(challenge.nonce()))
                return Outcome.<JsonObject>refused(
                    KbsCode.NONCE_STALE,
                    "nonce",
                    "the one of this session's challenge",
                    "another",
                    "answer the latest challenge");
              return runtime
                  .requireObject("tee-pubkey")
                  .then(key -> TeeKey.of(key).map(parsed -> key));
            })
        .map(
            key ->
                JsonObject.builder()
                    .put("nonce", challenge.nonce())
                    .put("tee-pubkey", key)
                    .build());
  }

  private static Outcome<Attestation> all(
      JsonObject json, JsonObject runtime, Challenge challenge) {
    return json.requireObject("tee-evidence")
        .then(
            evidence -> {
              var primary = evidence.get("primary_evidence");
              if (primary.isEmpty()) return bad("primary_evidence", "the TEE's evidence", "none");
              var sent = evidence.get("additional_evidence");
              if (sent.isPresent() && evidence.string("additional_evidence").isEmpty())
                return bad("additional_evidence", "a text", "another value");
              String additional = evidence.string("additional_evidence").orElse("");
              return initData(json)
                  .then(
                      init ->
                          devices(additional, runtime, challenge)
                              .map(
                                  devices -> {
                                    var everyone = new ArrayList<Attester>();
                                    everyone.add(
                                        new Attester(
                                            challenge.tee(),
                                            primary.get(),
                                            new Attester.Runtime.Structured(
                                                withDevices(runtime, additional), challenge.hash()),
                                            init));
                                    everyone.addAll(devices);
                                    return new Attestation(everyone);
                                  }));
            });
  }

  /** The devices' evidence is bound as the text that was sent, byte by byte. */
  private static JsonObject withDevices(JsonObject runtime, String additional) {
    var all = JsonObject.builder().put("additional-evidence", additional);
    runtime.members().forEach(all::put);
    return all.build();
  }

  private static Outcome<Optional<Attester.InitDataGiven>> initData(JsonObject json) {
    var sent = json.get("init-data");
    if (sent.isEmpty() || sent.get() instanceof JsonNull) return Outcome.granted(Optional.empty());
    if (!(sent.get() instanceof JsonObject object))
      return bad("init-data", "null, or an object", "another value");
    String format = object.string("format").orElse("");
    if (!format.equals("toml"))
      return Outcome.refused(
          KbsCode.KBS_REQUEST,
          "format of the init data",
          "toml",
          "Unsupported initdata format: "
              + format.substring(0, Math.min(32, format.length())).replaceAll("[^\\w-]", "?"),
          "send the init data as TOML");
    return object
        .requireString("body")
        .map(text -> Optional.of(new Attester.InitDataGiven.Text(text)));
  }

  private static Outcome<List<Attester>> devices(
      String additional, JsonObject runtime, Challenge challenge) {
    if (additional.isEmpty()) return Outcome.granted(List.of());
    return Json.object(additional.getBytes(StandardCharsets.UTF_8), LIMITS)
        .then(
            map -> {
              if (map.members().size() > MAX_DEVICES)
                return bad(
                    "additional_evidence",
                    "at most " + MAX_DEVICES + " devices",
                    map.members().size() + "");
              var devices = new ArrayList<Attester>();
              for (var entry : map.members().entrySet())
                devices.add(device(entry.getKey(), entry.getValue(), runtime, challenge));
              return Outcome.granted(List.copyOf(devices));
            });
  }

  private static Attester device(
      String tee, JsonValue evidence, JsonObject runtime, Challenge challenge) {
    return new Attester(
        tee,
        evidence,
        new Attester.Runtime.Structured(runtime, challenge.hash()),
        Optional.empty());
  }

  private static <T> Outcome<T> bad(String member, String expected, String found) {
    return Outcome.refused(
        KbsCode.KBS_REQUEST,
        "member '" + member + "'",
        expected,
        found,
        "send an Attestation of KBS protocol 0.4.0");
  }
}
