package dev.theca.enclave.gramine;

import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.sealfs.gramine.BoundRoot;
import dev.theca.sealfs.gramine.Listing;
import dev.theca.sealfs.gramine.ListingCheck;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a premain under Gramine does with a tree of protected files that it was granted, before
 * anything of that tree is touched and before the program starts: compare the whole tree on the
 * host with the listing of the hand-over, and only then give Gramine the key. A tree that is not
 * exactly the listed one gets no key.
 *
 * <p>Holds at the moment of the check: the host can take files away, or bring back older versions
 * under the same key, afterwards (sealfs reference 14.4).
 */
public final class ProtectedTree {
  private ProtectedTree() {}

  /**
   * Checks, then sets the key.
   *
   * @param host the host's own view of the tree, not the encrypted mount: there no tag is to be
   *     seen
   * @param listing the listing as the host keeps it; its digest is in the grant
   * @param keys {@code /dev/attestation/keys}
   */
  public static Outcome<ListingCheck.Checked> unlock(
      Path host, Path listing, VolumeGrant.Protected granted, Path keys) {
    return Listing.parse(read(listing), digest(granted))
        .then(
            listed ->
                ListingCheck.check(host, listed, granted.key(), new BoundRoot(granted.root())))
        .map(
            checked -> {
              set(keys.resolve(granted.keyName()), granted);
              return checked;
            });
  }

  private static Digest digest(VolumeGrant.Protected granted) {
    return new Digest("sha256", java.util.HexFormat.of().formatHex(granted.listing()));
  }

  private static byte[] read(Path listing) {
    try {
      return Files.readAllBytes(listing);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the listing " + listing, e);
    }
  }

  /** In one write of its whole size: Gramine takes no other (libos reference 2.1). */
  private static void set(Path file, VolumeGrant.Protected granted) {
    granted
        .key()
        .lend(
            bytes -> {
              try {
                return Files.write(file, bytes, StandardOpenOption.WRITE);
              } catch (IOException e) {
                throw new UncheckedIOException("cannot set the key " + file, e);
              }
            });
  }
}
