package dev.theca.interop.sign;

import dev.theca.wire.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * The keys of some keyrings, and which of them may sign at a moment (RFC 4880, sections 5.2.3 and
 * 11.1): self-signatures that verify give expiry and flags; a subkey must be bound both ways; a
 * revocation counts without being verified, since the keyrings are the owner's.
 */
final class PublicKeys {
  private static final int MAX_RINGS = 256;

  /** RFC 4880, section 9.1: old, deprecated, and met in old keyrings. */
  private static final int RSA_SIGN_ONLY = 3;

  private final List<PGPPublicKeyRing> rings;

  private PublicKeys(List<PGPPublicKeyRing> rings) {
    this.rings = rings;
  }

  /** A key that may sign, and the fingerprint of its primary key. */
  record Signer(PGPPublicKey key, String fingerprint) {}

  static Outcome<PublicKeys> read(List<byte[]> keyrings) {
    var rings = new ArrayList<PGPPublicKeyRing>();
    for (byte[] bytes : keyrings) {
      try (var in = PGPUtil.getDecoderStream(new ByteArrayInputStream(bytes))) {
        for (PGPPublicKeyRing ring : new BcPGPPublicKeyRingCollection(in)) {
          if (rings.size() == MAX_RINGS) return bad("more than " + MAX_RINGS + " keys");
          rings.add(ring);
        }
      } catch (IOException | PGPException | RuntimeException e) {
        return bad("malformed: " + e.getClass().getSimpleName());
      }
    }
    return rings.isEmpty() ? bad("without keys") : Outcome.granted(new PublicKeys(rings));
  }

  Outcome<Signer> signer(long keyId, Instant now) {
    for (PGPPublicKeyRing ring : rings) {
      var key = ring.getPublicKey(keyId);
      if (key == null) continue;
      try {
        var primary = ring.getPublicKey();
        String fingerprint = HexFormat.of().withUpperCase().formatHex(primary.getFingerprint());
        var why = key.isMasterKey() ? primary(key, now, true) : subkey(primary, key, now);
        return why.isEmpty()
            ? Outcome.granted(new Signer(key, fingerprint))
            : no("a key that may sign at " + now, "key " + fingerprint + ", " + why.get());
      } catch (PGPException | RuntimeException e) {
        return no("a well-formed key", "malformed: " + e.getClass().getSimpleName());
      }
    }
    return no("a key of the policy's keyring", "key %016X".formatted(keyId));
  }

  /** Why a primary key may not be used; empty when it may. */
  private static Optional<String> primary(PGPPublicKey key, Instant now, boolean signs)
      throws PGPException {
    if (key.hasRevocation()) return Optional.of("revoked");
    if (weak(key)) return Optional.of("too weak");
    var self = latest(selfSignatures(key), now);
    if (self.isEmpty()) return Optional.of("without a self-signature that verifies");
    return use(key, self.get(), now, signs, false);
  }

  private static Optional<String> subkey(PGPPublicKey primary, PGPPublicKey key, Instant now)
      throws PGPException {
    var above = primary(primary, now, false);
    if (above.isPresent()) return Optional.of("its primary key " + above.get());
    if (key.hasRevocation()) return Optional.of("a revoked subkey");
    if (weak(key)) return Optional.of("too weak");
    var bindings = new ArrayList<PGPSignature>();
    for (PGPSignature binding : signatures(key.getSignaturesOfType(PGPSignature.SUBKEY_BINDING))) {
      binding.init(new BcPGPContentVerifierBuilderProvider(), primary);
      if (binding.verifyCertification(primary, key)) bindings.add(binding);
    }
    var latest = latest(bindings, now);
    if (latest.isEmpty()) return Optional.of("a subkey that its primary key did not bind");
    if (!boundBack(primary, key, latest.get()))
      return Optional.of("a subkey that does not name its primary key");
    return use(key, latest.get(), now, true, true);
  }

  /** RFC 4880, section 5.2.1, type 0x19: else anybody could adopt a foreign key as a subkey. */
  private static boolean boundBack(PGPPublicKey primary, PGPPublicKey key, PGPSignature binding)
      throws PGPException {
    var hashed = binding.getHashedSubPackets();
    var lists = List.of(hashed, binding.getUnhashedSubPackets());
    for (var list : lists) {
      for (PGPSignature back : list.getEmbeddedSignatures()) {
        if (back.getSignatureType() != PGPSignature.PRIMARYKEY_BINDING) continue;
        back.init(new BcPGPContentVerifierBuilderProvider(), key);
        if (back.verifyCertification(primary, key)) return true;
      }
    }
    return false;
  }

  private static Optional<String> use(
      PGPPublicKey key, PGPSignature self, Instant now, boolean signs, boolean flagNeeded) {
    var hashed = self.getHashedSubPackets();
    var made = key.getCreationTime().toInstant();
    if (made.isAfter(now.plus(BcOpenPgp.SKEW)))
      return Optional.of("made " + made + ", which is to come");
    long seconds = hashed.getKeyExpirationTime();
    if (seconds > 0 && !now.isBefore(made.plusSeconds(seconds)))
      return Optional.of("expired " + made.plusSeconds(seconds));
    boolean flags = hashed.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS);
    boolean may = flags ? (hashed.getKeyFlags() & KeyFlags.SIGN_DATA) != 0 : !flagNeeded;
    return !signs || may ? Optional.empty() : Optional.of("without the flag for signing");
  }

  /** Certifications of user ids and direct signatures, by the key itself. */
  private static List<PGPSignature> selfSignatures(PGPPublicKey key) throws PGPException {
    var found = new ArrayList<PGPSignature>();
    for (PGPSignature direct : signatures(key.getSignaturesOfType(PGPSignature.DIRECT_KEY))) {
      if (!direct.hasKeyIdentifier(new KeyIdentifier(key.getKeyID()))) continue;
      direct.init(new BcPGPContentVerifierBuilderProvider(), key);
      if (direct.verifyCertification(key)) found.add(direct);
    }
    for (Iterator<byte[]> ids = key.getRawUserIDs(); ids.hasNext(); ) {
      byte[] id = ids.next();
      for (PGPSignature one : signatures(key.getSignaturesForID(id))) {
        if (!one.isCertification() || one.getKeyID() != key.getKeyID()) continue;
        one.init(new BcPGPContentVerifierBuilderProvider(), key);
        if (one.verifyCertification(id, key)) found.add(one);
      }
    }
    return found;
  }

  private static Optional<PGPSignature> latest(List<PGPSignature> signatures, Instant now) {
    return signatures.stream()
        .filter(s -> s.getHashedSubPackets() != null)
        .filter(s -> !s.getCreationTime().toInstant().isAfter(now.plus(BcOpenPgp.SKEW)))
        .max(java.util.Comparator.comparing(PGPSignature::getCreationTime));
  }

  private static List<PGPSignature> signatures(
      @org.jspecify.annotations.Nullable Iterator<PGPSignature> from) {
    var list = new ArrayList<PGPSignature>();
    if (from != null) from.forEachRemaining(list::add);
    return list;
  }

  private static boolean weak(PGPPublicKey key) {
    return switch (key.getAlgorithm()) {
      case PublicKeyAlgorithmTags.RSA_GENERAL, RSA_SIGN_ONLY -> key.getBitStrength() < 2048;
      case PublicKeyAlgorithmTags.ECDSA,
          PublicKeyAlgorithmTags.EDDSA_LEGACY,
          PublicKeyAlgorithmTags.Ed25519,
          PublicKeyAlgorithmTags.Ed448 ->
          false;
      default -> true;
    };
  }

  private static <T> Outcome<T> bad(String found) {
    return no("a keyring of OpenPGP keys", found);
  }

  private static <T> Outcome<T> no(String expected, String found) {
    return InteropSignCode.OPENPGP.refused(
        "OpenPGP key", expected, found, "put the signer's valid key into the policy's keyring");
  }
}
