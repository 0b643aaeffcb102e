package dev.theca.cli.seal;

import dev.theca.broker.BrokerAdmin;
import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.cli.broker.Documents;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.InstantSource;

/**
 * What the broker must know before a sealed image can run: the public half of the signing key, the
 * repository in the image policy and, if wanted, in the workload policy; and the image's digest as
 * a signed reference value.
 */
final class OwnersWord {
  private final BrokerAdmin broker;
  private final Documents documents;
  private final InstantSource clock;

  OwnersWord(BrokerAdmin broker, InstantSource clock) {
    this.broker = broker;
    this.documents = new Documents(broker);
    this.clock = clock;
  }

  /** Before anything is pushed: what is refused here leaves nothing behind that matters. */
  Outcome<Boolean> prepare(SealPlan plan, byte[] publicKeyPem) {
    if (plan.signatureKey().isEmpty() || plan.imagePolicy().isEmpty())
      return Outcome.granted(false);
    String keyPath = plan.signatureKey().get();
    return documents
        .publish(keyPath, publicKeyPem)
        .then(
            done ->
                documents.edit(
                    plan.imagePolicy().get(),
                    policy -> PolicyEdit.require(policy, plan.scope(), "kbs:///" + keyPath)))
        .then(done -> workload(plan));
  }

  private Outcome<Boolean> workload(SealPlan plan) {
    return plan.workloadPolicy().isEmpty() || plan.key().isEmpty()
        ? Outcome.granted(false)
        : documents.edit(
            plan.workloadPolicy().get(),
            policy -> PolicyEdit.decrypt(policy, plan.scope(), "kbs:///" + plan.key().get()));
  }

  /** After the push: the digest among the reference values of its repository. */
  void vouch(SealPlan plan, Digest digest, ReferenceSigner signer) {
    if (plan.reference().isEmpty()) return;
    var value =
        JsonObject.builder()
            .put(plan.reference().get(), JsonArray.strings(java.util.List.of(digest.toString())))
            .build();
    var message = ReferenceMessages.appending(ReferenceMessages.sample(value));
    broker.registerReferenceValues(signer.sign(message, clock.instant()));
  }
}
