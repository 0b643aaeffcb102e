package dev.theca.sealfs;

import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one volume in one epoch, derived from its 32-byte key by HKDF-SHA256 (FORMAT.md,
 * "Keys"). The salt of an epoch is random, so a copied or rolled-back volume never sees the same
 * key with the same nonce twice.
 */
final class VolumeKeys {
  private final SecretKey data;
  private final SecretKey meta;
  private final SecretKey root;
  private final UUID uuid;

  private VolumeKeys(UUID uuid, SecretKey data, SecretKey meta, SecretKey root) {
    this.uuid = uuid;
    this.data = data;
    this.meta = meta;
    this.root = root;
  }

  static VolumeKeys derive(Secret volumeKey, UUID uuid, int epoch, byte[] salt) {
    if (volumeKey.sizeBytes() != 32)
      throw new IllegalArgumentException("a volume key has 32 bytes");
    return volumeKey.lend(
        key -> {
          try {
            var kdf = KDF.getInstance("HKDF-SHA256");
            var prk =
                kdf.deriveKey(
                    "Generic",
                    HKDFParameterSpec.ofExtract().addIKM(key).addSalt(bytes(uuid)).extractOnly());
            return new VolumeKeys(
                uuid,
                aes(kdf, prk, info("sealfs data v1", epoch, salt)),
                aes(kdf, prk, info("sealfs meta v1", epoch, salt)),
                kdf.deriveKey(
                    "HmacSHA256", HKDFParameterSpec.expandOnly(prk, ascii("sealfs root v1"), 32)));
          } catch (GeneralSecurityException e) {
            throw new SealfsException("the JDK lacks HKDF-SHA256", e);
          }
        });
  }

  private static SecretKey aes(KDF kdf, SecretKey prk, byte[] info)
      throws GeneralSecurityException {
    byte[] raw = kdf.deriveData(HKDFParameterSpec.expandOnly(prk, info, 32));
    try {
      return new SecretKeySpec(raw, "AES");
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  private static byte[] info(String label, int epoch, byte[] salt) {
    byte[] text = ascii(label);
    return ByteBuffer.allocate(text.length + 4 + salt.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(text)
        .putInt(epoch)
        .put(salt)
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  UUID uuid() {
    return uuid;
  }

  SecretKey data() {
    return data;
  }

  SecretKey meta() {
    return meta;
  }

  byte[] superblockMac(byte[] bytes) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(root);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks HMAC-SHA256", e);
    }
  }
}
