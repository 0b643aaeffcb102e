package dev.theca.sealfs.gramine;

import dev.theca.wire.secret.AesCmac;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second reader of format 2, written from the page alone, number by number, and sharing nothing
 * with the first but AES-CMAC, which has vectors of its own. It trusts and explains; it is slow.
 */
final class OldSchool {
  final byte[] file;
  final byte[] metadata;

  private OldSchool(byte[] file, byte[] metadata) {
    this.file = file;
    this.metadata = metadata;
  }

  static OldSchool open(byte[] file, Secret kdk) throws Exception {
    byte[] input = new byte[104];
    ByteBuffer.wrap(input)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(1)
        .put(Bytes.utf8("SGX-PROTECTED-FS-METADATA-KEY"))
        .position(68)
        .put(file, 10, 32)
        .putInt(128);
    byte[] key = kdk.lend(k -> AesCmac.mac(k, input));
    byte[] sealed = Arrays.copyOfRange(file, 59, 59 + 3884);
    return new OldSchool(file, gcm(key, sealed, Arrays.copyOfRange(file, 42, 58)));
  }

  private static byte[] gcm(byte[] key, byte[] sealed, byte[] tag) throws Exception {
    var aes = Cipher.getInstance("AES/GCM/NoPadding");
    aes.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(128, new byte[12]));
    aes.update(sealed);
    byte[] rest = aes.doFinal(tag);
    return rest;
  }

  byte[] plainMetadataWithoutRoot() {
    byte[] copy = metadata.clone();
    Arrays.fill(copy, 780, 812, (byte) 0);
    return copy;
  }

  long size() {
    return ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN).getLong(772);
  }

  private byte[] node(long physical, byte[] table, int entry) throws Exception {
    int at = (int) physical * 4096;
    return gcm(
        Arrays.copyOfRange(table, entry, entry + 16),
        Arrays.copyOfRange(file, at, at + 4096),
        Arrays.copyOfRange(table, entry + 16, entry + 32));
  }

  private byte[] mht(long k) throws Exception {
    if (k == 0) return node(1, metadata, 780);
    return node(1 + 97 * k, mht((k - 1) / 32), 3072 + 32 * (int) ((k - 1) % 32));
  }

  /** The content, and behind it what is left of the last node. */
  byte[] content() throws Exception {
    long size = size();
    if (size <= 3072) return Arrays.copyOfRange(metadata, 812, 3884);
    int data = (int) ((size - 3072 + 4095) / 4096);
    var out = ByteBuffer.allocate(3072 + 4096 * data).put(metadata, 812, 3072);
    byte[] table = new byte[0];
    for (int d = 0; d < data; d++) {
      if (d % 96 == 0) table = mht(d / 96);
      out.put(node(d + 2 + d / 96, table, 32 * (d % 96)));
    }
    return out.array();
  }
}
