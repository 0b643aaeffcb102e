package dev.theca.sealfs.disk;

import dev.theca.sealfs.SealfsException;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one volume, derived from its 32-byte key by HKDF-SHA256 (FORMAT.md, "Keys"). The salt
 * of an epoch is random, so a copied or rolled-back volume never sees the same key with the same
 * nonce twice. Keys of old epochs are derived when they are first needed.
 */
public final class VolumeKeys {
  private static final int KEPT_EPOCHS = 64;

  /** The two ciphers of one epoch. */
  public record Epoch(Gcm data, Gcm meta) {}

  private final UUID uuid;
  private final byte[] uuidBytes;
  private final SecretKey prk;
  private final SecretKey root;
  private final Gcm.Witness witness;
  private final Map<Integer, Epoch> epochs = new LinkedHashMap<>(16, 0.75f, true);

  private VolumeKeys(UUID uuid, SecretKey prk, SecretKey root, Gcm.Witness witness) {
    this.uuid = uuid;
    this.uuidBytes = bytes(uuid);
    this.prk = prk;
    this.root = root;
    this.witness = witness;
  }

  /** Derives what hangs from a 32-byte key; the key may be closed afterwards. */
  public static VolumeKeys derive(Secret volumeKey, UUID uuid, Gcm.Witness witness) {
    if (volumeKey.sizeBytes() != 32)
      throw new IllegalArgumentException("a volume key has 32 bytes");
    return volumeKey.lend(
        key -> {
          try {
            var kdf = hkdf();
            var prk =
                kdf.deriveKey(
                    "Generic",
                    HKDFParameterSpec.ofExtract().addIKM(key).addSalt(bytes(uuid)).extractOnly());
            var root =
                kdf.deriveKey(
                    "HmacSHA256", HKDFParameterSpec.expandOnly(prk, ascii("sealfs root v1"), 32));
            return new VolumeKeys(uuid, prk, root, witness);
          } catch (GeneralSecurityException e) {
            throw new SealfsException("the JDK lacks HKDF-SHA256", e);
          }
        });
  }

  /** The ciphers of an epoch; the same objects while they are kept, so that counters go on. */
  public synchronized Epoch epoch(int number, byte[] salt) {
    Epoch known = epochs.get(number);
    if (known != null) return known;
    var made =
        new Epoch(
            new Gcm(aes("sealfs data v1", number, salt), number, witness),
            new Gcm(aes("sealfs meta v1", number, salt), number, witness));
    epochs.put(number, made);
    if (epochs.size() > KEPT_EPOCHS) epochs.remove(epochs.keySet().iterator().next());
    return made;
  }

  private SecretKey aes(String label, int epoch, byte[] salt) {
    byte[] text = ascii(label);
    byte[] info =
        ByteBuffer.allocate(text.length + 4 + salt.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(text)
            .putInt(epoch)
            .put(salt)
            .array();
    byte[] raw = expand(info, 32);
    try {
      return new SecretKeySpec(raw, "AES");
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** The 16-byte key of an export as Gramine protected files. */
  public Secret gramineKey() {
    return Secret.moveFrom(expand(ascii("sealfs gramine-pf v2"), 16));
  }

  private byte[] expand(byte[] info, int length) {
    try {
      return hkdf().deriveData(HKDFParameterSpec.expandOnly(prk, info, length));
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks HKDF-SHA256", e);
    }
  }

  /** Of the JDK itself: to look for further ones, it would open every jar of the class path. */
  private static KDF hkdf() throws GeneralSecurityException {
    var own = Security.getProvider("SunJCE");
    return own == null ? KDF.getInstance("HKDF-SHA256") : KDF.getInstance("HKDF-SHA256", own);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A UUID as 16 bytes, big-endian (RFC 9562 §4). */
  public static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  public UUID uuid() {
    return uuid;
  }

  /** Not to be changed. */
  public byte[] uuidBytes() {
    return uuidBytes;
  }

  byte[] superblockMac(byte[] bytes, int length) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(root);
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks HMAC-SHA256", e);
    }
  }
}
