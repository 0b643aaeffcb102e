package dev.theca.broker.gramine;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Reasons;
import dev.theca.broker.policy.ResourcePolicy;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a client gets the secret. Each decision is in the audit trail before this
 * returns, so that nothing is given out that is not written down.
 */
final class Release {
  private static final System.Logger LOG = System.getLogger("theca.broker.gramine");
  private static final int MAX_BYTES = 64 << 10;
  private static final String PROTOCOL = "gramine-secret-provisioning-v1";

  private final ProvisioningSettings settings;
  private final Peers peers;
  private final ResourcePolicy policy;
  private final SecretSource secrets;
  private final Audit audit;
  private final Reasons reasons;

  Release(
      ProvisioningSettings settings,
      Peers peers,
      ResourcePolicy policy,
      SecretSource secrets,
      Audit audit,
      Reasons reasons) {
    this.settings = settings;
    this.peers = peers;
    this.policy = policy;
    this.secrets = secrets;
    this.audit = audit;
    this.reasons = reasons;
  }

  /** The secret as it is sent. */
  Outcome<Secret> to(byte[] certificate, String address, Instant now) {
    return switch (peers.judge(certificate, now)) {
      case Outcome.Refused<Peers.Peer>(var reasons) -> refused("address:" + address, reasons);
      case Outcome.Granted<Peers.Peer>(var peer) -> release(peer, address, now);
    };
  }

  private Outcome<Secret> release(Peers.Peer peer, String address, Instant now) {
    var path = List.of(settings.resource().split("/"));
    var wanted = new ResourcePolicy.Wanted("resource", path, Map.of());
    return switch (policy.allows(peer.judged().claims(), wanted, now)) {
      case Outcome.Refused<ResourcePolicy.Allowed>(var reasons) -> refused(peer.name(), reasons);
      case Outcome.Granted<ResourcePolicy.Allowed>(var allowed) -> {
        var found = secrets.read(settings.resource(), peer.name());
        if (found.isEmpty()) {
          record("missing", peer.name(), detail().build());
          yield GramineCode.SECRET_MISSING.refuse(
              "resource " + settings.resource(), "a secret", "none");
        }
        yield send(found.get(), peer, allowed, address);
      }
    };
  }

  private Outcome<Secret> send(
      Secret secret, Peers.Peer peer, ResourcePolicy.Allowed allowed, String address) {
    try (secret) {
      var shaped = secret.lend(this::shape);
      if (shaped.isEmpty())
        return refused(
            peer.name(),
            List.of(
                new Refusal(
                    GramineCode.SECRET_UNFIT,
                    "resource " + settings.resource(),
                    "1 byte to 64 KiB",
                    secret.sizeBytes() + " bytes",
                    "store a smaller secret")));
      record(
          "granted",
          peer.name(),
          detail()
              .put("address", address)
              .put("policy", allowed.policyId())
              .put("policy-version", allowed.version())
              .put("attestation", peer.judged().record())
              .build());
      return Outcome.granted(shaped.get());
    }
  }

  private Optional<Secret> shape(byte[] bytes) {
    boolean ended = bytes.length > 0 && bytes[bytes.length - 1] == 0;
    boolean end = settings.form() == ProvisioningSettings.Form.TEXT && !ended;
    int size = bytes.length + (end ? 1 : 0);
    return bytes.length == 0 || size > MAX_BYTES
        ? Optional.empty()
        : Optional.of(Secret.moveFrom(Arrays.copyOf(bytes, size)));
  }

  /** The refusal of a client that did not ask as the protocol says. */
  Outcome<Secret> malformed(String address) {
    Outcome<Secret> refusal =
        GramineCode.BAD_PROVISIONING_REQUEST.refuse(
            "first message", "a request of version 1", "another");
    return refusal instanceof Outcome.Refused<Secret>(var reasons)
        ? refused("address:" + address, reasons)
        : refusal;
  }

  /** The protocol has no word for a reason: it is for the owner, under an id in the log. */
  private <T> Outcome<T> refused(String actor, List<Refusal> why) {
    String id =
        reasons.keep(event("refused", actor, detail().build()), why, JsonObject.builder().build());
    LOG.log(
        System.Logger.Level.INFO,
        "stage=release outcome=refused refusal={0} reason=\"{1}\"",
        id,
        why.getFirst());
    return Outcome.refused(why);
  }

  private JsonObject.Builder detail() {
    return JsonObject.builder().put("protocol", PROTOCOL).put("path", settings.resource());
  }

  private void record(String outcome, String actor, JsonObject detail) {
    audit.record(event(outcome, actor, detail));
  }

  private Event event(String outcome, String actor, JsonObject detail) {
    String tenant = settings.resource().substring(0, settings.resource().indexOf('/'));
    return new Event("release", outcome, tenant, actor, detail);
  }
}
