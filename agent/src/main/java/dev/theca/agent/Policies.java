package dev.theca.agent;

import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import java.util.Optional;

/** The owner's policies: fetched once, after attestation, and kept for the life of the pod. */
final class Policies {
  private final KbsClient kbs;
  private final AgentConfig config;
  private final Turn turn = new Turn();
  private volatile Optional<ImagePolicy> signatures = Optional.empty();
  private volatile Optional<WorkloadPolicy> workload = Optional.empty();

  Policies(KbsClient kbs, AgentConfig config) {
    this.kbs = kbs;
    this.config = config;
  }

  /** Fetches what is not there yet. */
  Outcome<WorkloadPolicy> load() {
    return turn.take(this::loaded);
  }

  private Outcome<WorkloadPolicy> loaded() {
    if (workload.isPresent()) return Outcome.granted(workload.get());
    return document(config.securityPolicy())
        .then(json -> ImagePolicy.parse(json, SignatureMeans.of(keys())))
        .then(
            signed ->
                document(config.workloadPolicy())
                    .then(WorkloadPolicy::parse)
                    .map(
                        policy -> {
                          signatures = Optional.of(signed);
                          workload = Optional.of(policy);
                          return policy;
                        }));
  }

  private Outcome<byte[]> document(KbsUri uri) {
    return kbs.resource(uri)
        .map(
            secret -> {
              try (secret) {
                return secret.lend(byte[]::clone);
              }
            });
  }

  /** Keys that a policy names lie at the broker as well. */
  private KeyMaterial keys() {
    return path -> KbsUri.parse(path).then(this::document);
  }

  Optional<WorkloadPolicy> workload() {
    return workload;
  }

  ImagePolicy signatures() {
    return signatures.orElseThrow();
  }
}
