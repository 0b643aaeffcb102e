package dev.theca.agent;

import dev.theca.enclave.TeePlatform;
import dev.theca.enclave.handover.HandoverServer;
import dev.theca.enclave.handover.Payload;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.sealfs.Anchor;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The volumes of this pod that stay when a container ends, and who holds them. */
final class DurableVolumes {
  private static final System.Logger LOG = System.getLogger("theca.agent");

  /**
   * What they stand on.
   *
   * @param folder the host's, one below it for each volume
   * @param protectedBroker whether the broker's answers are the broker's
   */
  record Surroundings(
      Path folder,
      TeePlatform platform,
      VolumeAnchors anchors,
      boolean protectedBroker,
      SecureRandom random) {}

  /** A volume that a container is to have, with the owner's secret for it. */
  record Wanted(VolumeRule rule, Secret owner) implements AutoCloseable {
    @Override
    public void close() {
      owner.close();
    }
  }

  private final Surroundings around;
  private final Map<String, KeptVolume> kept = new ConcurrentHashMap<>();

  DurableVolumes(Surroundings around) {
    this.around = around;
  }

  /**
   * Lends all that a container wants, or nothing. The payload goes over to the grant when it is
   * granted.
   */
  Outcome<HandoverServer.Grant> lend(String container, Payload payload, List<Wanted> wanted) {
    var leases = new ArrayList<VolumeLease.Held>();
    var grants = new ArrayList<VolumeGrant>();
    boolean done = false;
    try {
      for (Wanted one : wanted) {
        var lent = lend(container, one, payload.process(), leases);
        if (lent instanceof Outcome.Refused<VolumeGrant> no) return no.as();
        grants.add(lent.orThrow());
      }
      done = true;
      return Outcome.granted(new Held(container, payload.with(grants), List.copyOf(leases)));
    } finally {
      if (!done) {
        leases.forEach(held -> held.lease().close());
        grants.forEach(grant -> grant.key().close());
      }
    }
  }

  private Outcome<VolumeGrant> lend(
      String container, Wanted wanted, Payload.Process process, List<VolumeLease.Held> leases) {
    var rule = wanted.rule();
    var volume = kept.computeIfAbsent(rule.name(), name -> new KeptVolume(rule, around));
    var lease = new VolumeLease(container, volume, wanted.owner().copy());
    return volume
        .lend(lease, wanted.owner())
        .map(
            lent -> {
              leases.add(new VolumeLease.Held(lent.record().id(), lease));
              return new VolumeGrant.Data(
                  lent.record().id(),
                  lent.record().key().copy(),
                  lent.state(),
                  rule.strict(),
                  rule.sizeBytes(),
                  rule.onTamper(),
                  new VolumeGrant.Place(
                      rule.name(),
                      rule.path(),
                      rule.mode(),
                      rule.uid().orElse(process.uid()),
                      rule.gid().orElse(process.gid())));
            });
  }

  /** What one connection holds. */
  private record Held(String container, Payload payload, List<VolumeLease.Held> leases)
      implements HandoverServer.Grant {
    @Override
    public void accepted() {
      LOG.log(
          System.Logger.Level.INFO, "stage=handover container=" + container + " outcome=in-place");
    }

    @Override
    public Outcome<Anchor> keep(UUID id, Anchor state, boolean awaited) {
      for (var held : leases)
        if (held.id().equals(id)) return held.lease().volume().keep(held.lease(), state, awaited);
      return Outcome.refused(
          Code.of("volume-anchor"),
          "state of a volume",
          "one that container " + container + " holds",
          "another",
          "start the container again");
    }

    @Override
    public void close() {
      payload.close();
      leases.forEach(held -> held.lease().close());
    }
  }
}
