package dev.theca.broker.grpc;

import dev.theca.broker.appraise.Attester;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.proto.ProtoReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a relying party asks the attestation service to judge. */
record EvaluateRequest(List<Attester> attesters, List<String> policyIds) {
  private static final Code BAD = Code.of("bad-attestation-request");
  private static final int MAX_ATTESTERS = 64;
  private static final int MAX_POLICIES = 64;
  private static final Limits EVIDENCE = Limits.DEFAULT.withBytes(8 << 20);
  // Both spellings occur: the protocol's text writes sha-384, its code sha384.
  private static final Map<String, String> HASHES =
      Map.of(
          "", "sha384", "sha256", "sha256", "sha-256", "sha256", "sha384", "sha384", "sha-384",
          "sha384", "sha512", "sha512", "sha-512", "sha512", "sm3", "sm3");

  EvaluateRequest {
    attesters = List.copyOf(attesters);
    policyIds = List.copyOf(policyIds);
  }

  /** Message AttestationRequest; throws ProtoException for what is no protobuf. */
  static Outcome<EvaluateRequest> ofProto(byte[] message) {
    var attesters = new ArrayList<Outcome<Attester>>();
    var policies = new ArrayList<String>();
    var in = new ProtoReader(message);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> attesters.add(individual(in.message()));
        case 2 -> policies.add(in.string());
        default -> {}
      }
      if (attesters.size() > MAX_ATTESTERS || policies.size() > MAX_POLICIES) break;
    }
    return of(attesters, policies);
  }

  static Outcome<EvaluateRequest> of(List<Outcome<Attester>> parsed, List<String> policies) {
    if (parsed.isEmpty())
      return refused(
          "verification requests", "at least one", "none: No verification requests provided.");
    if (parsed.size() > MAX_ATTESTERS || policies.size() > MAX_POLICIES)
      return refused("request", "at most 64 verification requests and policies", "more");
    var attesters = new ArrayList<Attester>();
    for (var one : parsed) {
      if (!(one instanceof Outcome.Granted<Attester>(var attester)))
        return ((Outcome.Refused<Attester>) one).as();
      attesters.add(attester);
    }
    return Outcome.granted(new EvaluateRequest(attesters, policies));
  }

  /** Message IndividualAttestationRequest; of a oneof the last field counts (protobuf). */
  private static Outcome<Attester> individual(ProtoReader in) {
    String tee = "";
    String evidence = "";
    String hash = "";
    int runtimeField = 0;
    String runtime = "";
    int initField = 0;
    String init = "";
    while (in.next()) {
      int field = in.field();
      switch (field) {
        case 1 -> tee = in.string();
        case 3 -> evidence = in.string();
        case 4, 5 -> {
          runtimeField = field;
          runtime = in.string();
        }
        case 6, 7 -> {
          initField = field;
          init = in.string();
        }
        case 8 -> hash = in.string();
        default -> {}
      }
    }
    Outcome<Attester.Runtime> bound =
        switch (runtimeField) {
          case 4 -> raw(runtime);
          case 5 -> {
            String algorithm = hash;
            yield Json.object(runtime.getBytes(StandardCharsets.UTF_8))
                .then(claims -> structured(claims, algorithm));
          }
          default -> Outcome.granted(new Attester.Runtime.None());
        };
    Outcome<Optional<Attester.InitDataGiven>> initData =
        switch (initField) {
          case 6 -> digest(init);
          case 7 -> Outcome.granted(Optional.of(new Attester.InitDataGiven.Text(init)));
          default -> Outcome.granted(Optional.empty());
        };
    return attester(tee, evidence, bound, initData);
  }

  static Outcome<Attester> attester(
      String tee,
      String evidence,
      Outcome<Attester.Runtime> runtime,
      Outcome<Optional<Attester.InitDataGiven>> initData) {
    if (!tee.matches("[a-z][a-z0-9-]{0,31}"))
      return refused("TEE type", "a word such as sgx", "another text: parse TEE type");
    return bytes("Evidence", evidence)
        .then(json -> Json.parse(json, EVIDENCE))
        .then(
            parsed ->
                runtime.then(
                    bound -> initData.map(init -> new Attester(tee, parsed, bound, init))));
  }

  static Outcome<Attester.Runtime> raw(String base64) {
    return bytes("runtime data", base64).map(Attester.Runtime.Raw::new);
  }

  static Outcome<Attester.Runtime> structured(JsonObject claims, String algorithm) {
    String hash = HASHES.get(algorithm.toLowerCase(Locale.ROOT));
    return hash == null
        ? refused("runtime data hash algorithm", "sha256, sha384, sha512 or sm3", "another name")
        : Outcome.granted(new Attester.Runtime.Structured(claims, hash));
  }

  static Outcome<Optional<Attester.InitDataGiven>> digest(String base64) {
    return bytes("init data digest", base64)
        .map(digest -> Optional.of(new Attester.InitDataGiven.DigestOnly(digest)));
  }

  static Outcome<byte[]> bytes(String what, String base64) {
    var decoded = B64.fromUrl(base64);
    return decoded.isPresent()
        ? Outcome.granted(decoded.get())
        : refused("Illegal input " + what, "base64url without padding", "another text");
  }

  static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(BAD, what, expected, found, "correct the request");
  }
}
