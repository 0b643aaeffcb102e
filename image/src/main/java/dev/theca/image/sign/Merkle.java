package dev.theca.image.sign;

import dev.theca.wire.Digest;
import java.util.List;
import java.util.Optional;

/** Hashes of a log's tree (RFC 6962, section 2.1; the walk is that of RFC 9162, 2.1.3.2). */
final class Merkle {
  private Merkle() {}

  static byte[] leaf(byte[] entry) {
    var hash = Digest.hasher("sha256");
    hash.update((byte) 0);
    return hash.digest(entry);
  }

  static byte[] node(byte[] left, byte[] right) {
    var hash = Digest.hasher("sha256");
    hash.update((byte) 1);
    hash.update(left);
    return hash.digest(right);
  }

  /** The root that an audit path leads to; empty when the path is not one of this place. */
  static Optional<byte[]> root(long index, long size, byte[] leaf, List<byte[]> path) {
    if (index < 0 || index >= size) return Optional.empty();
    long at = index;
    long last = size - 1;
    byte[] hash = leaf;
    for (byte[] sibling : path) {
      if (last == 0 || sibling.length != 32) return Optional.empty();
      if ((at & 1) == 1 || at == last) {
        hash = node(sibling, hash);
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        hash = node(hash, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 ? Optional.of(hash) : Optional.empty();
  }
}
