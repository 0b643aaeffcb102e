package dev.theca.broker.grpc;

import dev.theca.wire.Outcome;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.ServerServiceDefinition;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;

/** The methods of the two services: field numbers as Trustee's attestation.proto and rvps.proto. */
final class Services {
  static final String ATTESTATION = "attestation.AttestationService";
  static final String REFERENCE = "reference.ReferenceValueProviderService";
  private static final int MAX_ENTRIES = 64;

  private Services() {}

  static ServerServiceDefinition attestation(AttestationPort port) {
    var service = ServerServiceDefinition.builder(ATTESTATION);
    Unary.add(
        service,
        ATTESTATION,
        "AttestationEvaluate",
        "Attestation evaluation failed: \n0: ",
        request ->
            EvaluateRequest.ofProto(request)
                .then(port::evaluate)
                .map(token -> new ProtoWriter().string(1, token)));
    Unary.add(
        service,
        ATTESTATION,
        "SetAttestationPolicy",
        "Set attestation policy failed: \n0: ",
        request -> setPolicy(port, request));
    Unary.add(
        service,
        ATTESTATION,
        "GetAttestationChallenge",
        "Generate challenge failed: \n0: ",
        request -> challenge(port, request));
    return service.build();
  }

  static ServerServiceDefinition reference(AttestationPort port) {
    var service = ServerServiceDefinition.builder(REFERENCE);
    Unary.add(
        service,
        REFERENCE,
        "QueryReferenceValue",
        "Query reference value failed: ",
        request -> Outcome.granted(found(port.references().query(text(request)))));
    Unary.add(
        service,
        REFERENCE,
        "RegisterReferenceValue",
        "Register reference value failed: ",
        request -> port.references().register(text(request)).map(names -> new ProtoWriter()));
    return service.build();
  }

  /** Field 1 is optional (proto3 presence): absent for unknown, and an empty text is present. */
  private static ProtoWriter found(Optional<String> value) {
    var answer = new ProtoWriter();
    value.ifPresent(text -> answer.message(1, text.getBytes(StandardCharsets.UTF_8)));
    return answer;
  }

  private static String text(byte[] message) {
    String text = "";
    var in = new ProtoReader(message);
    while (in.next()) if (in.field() == 1) text = in.string();
    return text;
  }

  private static Outcome<ProtoWriter> setPolicy(AttestationPort port, byte[] message) {
    String id = "";
    String policy = "";
    var in = new ProtoReader(message);
    while (in.next()) {
      if (in.field() == 1) id = in.string();
      if (in.field() == 2) policy = in.string();
    }
    return setPolicy(port, id, policy).map(set -> new ProtoWriter());
  }

  static Outcome<String> setPolicy(AttestationPort port, String id, String base64) {
    if (!id.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"))
      return EvaluateRequest.refused(
          "policy id", "letters, digits, dot, dash, underscore", "other");
    return EvaluateRequest.bytes("policy", base64)
        .then(Services::utf8)
        .then(rego -> port.policies().set(id, rego));
  }

  private static Outcome<String> utf8(byte[] bytes) {
    try {
      return Outcome.granted(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return EvaluateRequest.refused("policy", "UTF-8 text", "other bytes");
    }
  }

  private static Outcome<ProtoWriter> challenge(AttestationPort port, byte[] message) {
    var inner = new LinkedHashMap<String, String>();
    var in = new ProtoReader(message);
    while (in.next()) {
      if (in.field() == 1) in.entry(inner);
      if (inner.size() > MAX_ENTRIES)
        return EvaluateRequest.refused("challenge request", "at most 64 entries", "more");
    }
    return port.challenges()
        .challenge(inner)
        .map(challenge -> new ProtoWriter().string(1, challenge));
  }
}
