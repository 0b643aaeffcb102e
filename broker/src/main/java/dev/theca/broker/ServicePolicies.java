package dev.theca.broker;

import dev.theca.broker.grpc.AttestationPort;
import dev.theca.broker.kbs.KbsService;
import dev.theca.broker.policy.PolicyId;
import dev.theca.broker.policy.PolicyText;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Attestation policies for the attestation service's own ports. */
final class ServicePolicies implements AttestationPort.Policies {
  private final House house;
  private final boolean setters;

  ServicePolicies(House house, boolean setters) {
    this.house = house;
    this.setters = setters;
  }

  @Override
  public Outcome<String> set(String id, String rego) {
    if (!setters) return readOnly("policies");
    return PolicyId.attestation(id)
        .then(
            policy ->
                house.policies().put(policy, rego, "service:attestation", house.clock().instant()))
        .map(version -> version.id().name());
  }

  /** What these ports do not let anybody change. */
  static <T> Outcome<T> readOnly(String what) {
    return Outcome.refused(
        Code.of("service-read-only"),
        "change of " + what,
        "an administrator of the broker, or a port that asks for client certificates",
        "a port without them",
        "use the broker's admin API, or configure client_ca in [attestation_service]");
  }

  /** No TEE that is verified here needs a challenge of the attestation service's making. */
  static Outcome<String> noChallenge(Map<String, String> inner) {
    if (inner.getOrDefault("tee", "").equals("se")) return KbsService.secureExecution();
    return Outcome.refused(
        Code.of("tee-unsupported"),
        "TEE",
        "one that asks for a challenge of the verifier",
        inner.getOrDefault("tee", "").replaceAll("[^a-z0-9-]", "?"),
        "attest without; the relying party's nonce is the challenge");
  }

  @Override
  public List<String> ids() {
    return house.policies().ids().stream()
        .filter(id -> id.kind() == PolicyId.Kind.ATTESTATION)
        .map(PolicyId::name)
        .toList();
  }

  @Override
  public Optional<String> rego(String id) {
    return PolicyId.attestation(id) instanceof Outcome.Granted<PolicyId>(var policy)
        ? house.policies().get(policy).map(PolicyText::text)
        : Optional.empty();
  }
}
