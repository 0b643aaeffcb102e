package dev.theca.sealfs.disk;

import dev.theca.sealfs.SealfsException;
import java.security.GeneralSecurityException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM under one key of one epoch. Nonce = u32 epoch, u64 counter, big-endian; the counter
 * lives in memory only and never repeats, because the epoch's random salt makes a new key at every
 * mount. Bytes are encrypted once: a failed write sends the same ciphertext again. Any thread.
 */
public final class Gcm {
  public static final int TAG = 16;

  /** Where writing ends until the next mount (sealfs reference, nonce rule 4). */
  static final long MAX_COUNTER = 1L << 44;

  /** Hears of each encryption; tests prove with it that no key meets a nonce twice. */
  @FunctionalInterface
  public interface Witness {
    void sealed(SecretKey key, int epoch, long counter);

    /** Hears nothing. */
    Witness DEAF = (key, epoch, counter) -> {};
  }

  private final SecretKey key;
  private final int epoch;
  private final Witness witness;
  private final AtomicLong counter = new AtomicLong();
  private final ConcurrentLinkedQueue<Cipher> encrypters = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Cipher> decrypters = new ConcurrentLinkedQueue<>();

  Gcm(SecretKey key, int epoch, Witness witness) {
    this.key = key;
    this.epoch = epoch;
    this.witness = witness;
  }

  public int epoch() {
    return epoch;
  }

  /** The first of {@code n} counters that nobody else gets. */
  public long take(int n) {
    long first = counter.getAndAdd(n);
    if (first + n > MAX_COUNTER)
      throw new SealfsException(
          "too many blocks for one epoch", new IllegalStateException("mount again"));
    return first;
  }

  /** Ciphertext and then the tag, {@code length + 16} bytes, into {@code out} at {@code at}. */
  public void seal(long count, byte[] aad, byte[] plain, int from, int length, byte[] out, int at) {
    Cipher cipher = borrow(encrypters);
    witness.sealed(key, epoch, count);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, nonce(count));
      cipher.updateAAD(aad);
      cipher.doFinal(plain, from, length, out, at);
    } catch (GeneralSecurityException e) {
      throw new SealfsException("cannot encrypt a block", e);
    }
    encrypters.add(cipher);
  }

  /**
   * Opens ciphertext with its tag ({@code length} bytes in all) into {@code out}; false when it is
   * not what was sealed, and then {@code out} holds nothing of it.
   */
  public boolean open(
      long count, byte[] aad, byte[] sealed, int from, int length, byte[] out, int at) {
    Cipher cipher = borrow(decrypters);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, nonce(count));
      cipher.updateAAD(aad);
      cipher.doFinal(sealed, from, length, out, at);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new SealfsException("cannot decrypt a block", e);
    }
    decrypters.add(cipher);
    return true;
  }

  private GCMParameterSpec nonce(long count) {
    return new GCMParameterSpec(TAG * 8, Little.nonce(epoch, count));
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
}
