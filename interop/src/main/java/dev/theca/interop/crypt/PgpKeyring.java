package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;

/**
 * Public keys that their owner trusts: that a key belongs to a name is believed as the ring says
 * it, as gpg's own keyring is.
 */
public final class PgpKeyring {
  private static final int MAX_BYTES = 64 << 20;
  private static final Duration GPG_LIMIT = Duration.ofSeconds(30);

  private final BcPGPPublicKeyRingCollection rings;
  private final InstantSource clock;

  private PgpKeyring(BcPGPPublicKeyRingCollection rings, InstantSource clock) {
    this.rings = rings;
    this.clock = clock;
  }

  /** Reads an exported ring, binary or armoured. */
  public static Outcome<PgpKeyring> parse(byte[] exported, InstantSource clock) {
    try (var in = PGPUtil.getDecoderStream(new ByteArrayInputStream(exported))) {
      return Outcome.granted(new PgpKeyring(new BcPGPPublicKeyRingCollection(in), clock));
    } catch (IOException | PGPException | RuntimeException e) {
      return refused("OpenPGP keyring", "exported public keys", "something else");
    }
  }

  /** The keyring of gpg, as its environment (GNUPGHOME) says. */
  public static Outcome<PgpKeyring> ofGpg(InstantSource clock) {
    return BoundedProcess.run(
            List.of("gpg", "--batch", "--no-tty", "--export"), new byte[0], MAX_BYTES, GPG_LIMIT)
        .then(exported -> parse(exported, clock));
  }

  /**
   * One recipient for a mail address, a name, or a fingerprint; every key of that name can open.
   */
  public Outcome<KeyWrap> recipients(String name) {
    var keys = new ArrayList<PGPPublicKey>();
    for (PGPPublicKeyRing ring : rings) if (named(ring, name)) usable(ring).ifPresent(keys::add);
    if (keys.isEmpty())
      return refused(
          "OpenPGP recipient '" + (name.length() > 100 ? name.substring(0, 100) : name) + "'",
          "the mail address, name or fingerprint of a key that can encrypt",
          "none, or expired and revoked ones only");
    return Outcome.granted(new PgpWrap(keys));
  }

  private static boolean named(PGPPublicKeyRing ring, String name) {
    String hex = HexFormat.of().formatHex(ring.getPublicKey().getFingerprint());
    if (name.toLowerCase(Locale.ROOT).replace(" ", "").equals(hex)) return true;
    for (Iterator<String> ids = ring.getPublicKey().getUserIDs(); ids.hasNext(); ) {
      String id = ids.next();
      int at = id.lastIndexOf('<');
      String mail = at >= 0 && id.endsWith(">") ? id.substring(at + 1, id.length() - 1) : id;
      String person = at >= 0 ? id.substring(0, at).strip() : id;
      if (name.equals(id) || name.equalsIgnoreCase(mail) || name.equals(person)) return true;
    }
    return false;
  }

  /** Subkeys before the primary key, newer ones first: what gpg does. */
  private Optional<PGPPublicKey> usable(PGPPublicKeyRing ring) {
    if (ring.getPublicKey().hasRevocation() || expired(ring.getPublicKey()))
      return Optional.empty();
    PGPPublicKey best = null;
    for (PGPPublicKey key : ring) {
      if (!key.isEncryptionKey() || key.hasRevocation() || expired(key) || !mayEncrypt(key))
        continue;
      if (best == null
          || best.isMasterKey()
          || !key.isMasterKey() && key.getCreationTime().after(best.getCreationTime())) best = key;
    }
    return Optional.ofNullable(best);
  }

  private boolean expired(PGPPublicKey key) {
    Instant now = clock.instant();
    Instant born = key.getCreationTime().toInstant();
    long seconds = key.getValidSeconds();
    return born.isAfter(now) || seconds > 0 && born.plusSeconds(seconds).isBefore(now);
  }

  /** Key flags of any signature of the key; a key without flags may do all. */
  private static boolean mayEncrypt(PGPPublicKey key) {
    int flags = 0;
    for (Iterator<PGPSignature> all = key.getSignatures(); all.hasNext(); ) {
      var hashed = all.next().getHashedSubPackets();
      if (hashed != null) flags |= hashed.getKeyFlags();
    }
    return flags == 0 || (flags & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0;
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return CryptCode.RECIPIENT.refuse(what, expected, found, "import the key into gpg");
  }
}
