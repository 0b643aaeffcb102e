package dev.theca.agent;

import dev.theca.wire.secret.Secret;
import java.util.UUID;

/**
 * One connection's hold of one volume; closed with the connection, and no other takes its place.
 */
final class VolumeLease implements AutoCloseable {
  private final String container;
  private final KeptVolume volume;
  private final Secret owner;

  /** The owner's secret belongs to the lease. */
  VolumeLease(String container, KeptVolume volume, Secret owner) {
    this.container = container;
    this.volume = volume;
    this.owner = owner;
  }

  String container() {
    return container;
  }

  Secret ownersSecret() {
    return owner;
  }

  KeptVolume volume() {
    return volume;
  }

  /** A volume in a lease, under the number by which its states are told. */
  record Held(UUID id, VolumeLease lease) {}

  @Override
  public void close() {
    volume.free(this);
    owner.close();
  }
}
