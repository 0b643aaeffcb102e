package dev.theca.broker.grpc;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.token.TokenSigner;
import dev.theca.wire.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the attestation service's own API reaches. Who may set policies and register reference
 * values is decided by the listener: by mutual TLS, or by who reaches it.
 */
public record AttestationPort(
    AttestationService service,
    TokenSigner signer,
    Policies policies,
    References references,
    Challenges challenges,
    InstantSource clock) {
  /** Attestation policies. */
  public interface Policies {
    /** Stores the Rego text under an id; refuses what does not compile. */
    Outcome<String> set(String id, String rego);

    List<String> ids();

    Optional<String> rego(String id);
  }

  /** Reference values. */
  public interface References {
    /** The JSON text of the value; empty when it is unknown or expired. */
    Optional<String> query(String id);

    /** Registers an RVPS message (its JSON text); grants its names. */
    Outcome<List<String>> register(String message);
  }

  /** Challenges that some TEEs need before they attest. */
  @FunctionalInterface
  public interface Challenges {
    /**
     * A fresh challenge.
     *
     * @param inner {@code tee} and {@code tee_params}
     */
    Outcome<String> challenge(Map<String, String> inner);
  }

  /** Judges and signs: the compact token. */
  Outcome<String> evaluate(EvaluateRequest request) {
    return service
        .judge(request.attesters(), request.policyIds(), clock.instant())
        .map(judged -> signer.sign(judged.claims()));
  }
}
