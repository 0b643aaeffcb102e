package dev.theca.sealfs;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A finished base volume: {@code root} (32 bytes) commits to every byte of content and metadata;
 * whoever opens the volume demands exactly this root.
 */
public record Sealed(UUID uuid, byte[] root, long bytes, long inodes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Sealed s
        && uuid.equals(s.uuid)
        && Arrays.equals(root, s.root)
        && bytes == s.bytes
        && inodes == s.inodes;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(root);
  }

  @Override
  public String toString() {
    return "Sealed["
        + uuid
        + ", root "
        + HexFormat.of().formatHex(root)
        + ", "
        + bytes
        + " bytes, "
        + inodes
        + " inodes]";
  }
}
