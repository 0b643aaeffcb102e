package dev.theca.enclave.handover;

import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.secret.Secret;
import java.util.UUID;

/**
 * One volume of a hand-over: which, under which key, in which state, and what happens when the host
 * has changed it (sealfs reference 2). Whoever holds it closes the key.
 */
public sealed interface VolumeGrant {
  Secret key();

  /** A sealed image: exactly the tree that {@code root} (32 bytes) commits to. */
  record Base(UUID id, Secret key, byte[] root, OnTamper onTamper) implements VolumeGrant {}

  /**
   * What a container changes of the base before it: made for this mount, and gone with it.
   *
   * @param quotaBytes 0 for no bound but the host's
   */
  record Upper(UUID id, Secret key, long quotaBytes, OnTamper onTamper) implements VolumeGrant {}

  /**
   * A volume that stays.
   *
   * @param state new, a state that the agent remembers, or any
   * @param strict fsync waits until the agent remembers the state
   */
  record Data(
      UUID id,
      Secret key,
      VolumeState state,
      boolean strict,
      long quotaBytes,
      OnTamper onTamper,
      Place place)
      implements VolumeGrant {}

  /**
   * Where a volume that stays is mounted, and who owns a new one.
   *
   * @param name its folder on the host: letters, digits and dashes
   * @param path absolute, in the container's tree
   */
  record Place(String name, String path, int mode, int uid, int gid) {
    public Place {
      if (!name.matches("[a-z0-9][a-z0-9-]{0,62}"))
        throw new IllegalArgumentException("a volume's name has letters, digits and dashes");
      if (!path.matches("(/[^/]+)+") || path.matches(".*/\\.\\.?(/.*)?"))
        throw new IllegalArgumentException("a volume is mounted at a plain absolute path");
    }
  }

  /**
   * A tree of Gramine's protected files.
   *
   * @param keyName the encrypted mount's
   * @param key 16 bytes
   * @param listing SHA-256 of the listing of the whole tree
   * @param root the path under which the files were written
   */
  record Protected(String keyName, Secret key, byte[] listing, String root) implements VolumeGrant {
    public Protected {
      if (!keyName.matches("[a-z0-9_]{1,64}"))
        throw new IllegalArgumentException("a key's name has letters, digits and underscores");
      if (key.sizeBytes() != 16 || listing.length != 32)
        throw new IllegalArgumentException("a key of 16 bytes and a digest of 32");
    }
  }
}
