package dev.theca.sealfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM under one key of one epoch. Nonce = u32 epoch, u64 counter, big-endian; the counter
 * lives in memory only and never repeats, because the epoch's salt makes a new key at every mount.
 * A block is encrypted once: a failed write sends the same bytes again.
 */
final class Sealer {
  static final int TAG = 16;
  private static final long MAX_COUNTER = 1L << 44;

  private final SecretKey key;
  private final int epoch;
  private final AtomicLong counter = new AtomicLong();
  private final ConcurrentLinkedQueue<Cipher> encrypters = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Cipher> decrypters = new ConcurrentLinkedQueue<>();

  Sealer(SecretKey key, int epoch) {
    this.key = key;
    this.epoch = epoch;
  }

  int epoch() {
    return epoch;
  }

  long nextCounter() {
    long next = counter.getAndIncrement();
    if (next >= MAX_COUNTER)
      throw new IllegalStateException("too many blocks for one epoch: mount again");
    return next;
  }

  /** Ciphertext followed by the tag. */
  byte[] seal(long counter, byte[] aad, byte[] plain, int length) {
    Cipher cipher = borrow(encrypters);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, nonce(epoch, counter));
      cipher.updateAAD(aad);
      return cipher.doFinal(plain, 0, length);
    } catch (GeneralSecurityException e) {
      throw new SealfsException("cannot encrypt a block", e);
    } finally {
      encrypters.add(cipher);
    }
  }

  /**
   * Opens ciphertext followed by its tag into {@code plain}; false when it is not what was sealed.
   */
  boolean open(long counter, byte[] aad, byte[] sealed, int length, byte[] plain) {
    Cipher cipher = borrow(decrypters);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, nonce(epoch, counter));
      cipher.updateAAD(aad);
      cipher.doFinal(sealed, 0, length, plain, 0);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new SealfsException("cannot decrypt a block", e);
    } finally {
      decrypters.add(cipher);
    }
  }

  private static GCMParameterSpec nonce(int epoch, long counter) {
    return new GCMParameterSpec(
        TAG * 8, ByteBuffer.allocate(12).putInt(epoch).putLong(counter).array());
  }

  private static Cipher borrow(ConcurrentLinkedQueue<Cipher> pool) {
    Cipher ready = pool.poll();
    if (ready != null) return ready;
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks AES-GCM", e);
    }
  }

  /** AAD of a data block: volume, inode, block number, 1. */
  static byte[] dataAad(byte[] uuid, long ino, long block) {
    return ByteBuffer.allocate(33)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(uuid)
        .putLong(ino)
        .putLong(block)
        .put((byte) 1)
        .array();
  }

  /** AAD of a metadata chunk: volume, kind, key, key2, 2. */
  static byte[] metaAad(byte[] uuid, int kind, long key, long key2) {
    return ByteBuffer.allocate(34)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(uuid)
        .put((byte) kind)
        .putLong(key)
        .putLong(key2)
        .put((byte) 2)
        .array();
  }
}
