package dev.theca.wire.secret;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secret bytes, lent and never given: kept outside the Java heap, copied to the heap only while a
 * {@link Use} runs, zeroed on {@link #close}. {@code toString} says the size only. Does not protect
 * from a reader of the process's memory.
 */
public final class Secret implements AutoCloseable {
  private final ByteBuffer memory;
  private boolean closed;

  private Secret(int sizeBytes) {
    memory = ByteBuffer.allocateDirect(sizeBytes);
  }

  /** Takes the bytes over: {@code raw} is zeroed before this returns. */
  public static Secret moveFrom(byte[] raw) {
    var secret = new Secret(raw.length);
    secret.memory.put(0, raw);
    Arrays.fill(raw, (byte) 0);
    return secret;
  }

  public static Secret random(int sizeBytes, SecureRandom random) {
    byte[] raw = new byte[sizeBytes];
    random.nextBytes(raw);
    return moveFrom(raw);
  }

  /** What is done with the bytes while they are lent; it must not keep them. */
  @FunctionalInterface
  public interface Use<T, X extends Exception> {
    T with(byte[] bytes) throws X;
  }

  /** Lends a heap copy that is zeroed when {@code use} returns or throws. */
  public <T, X extends Exception> T lend(Use<T, X> use) throws X {
    byte[] copy = copyOut();
    try {
      return use.with(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  private synchronized byte[] copyOut() {
    if (closed) throw new IllegalStateException("the secret was closed");
    byte[] copy = new byte[memory.capacity()];
    memory.get(0, copy);
    return copy;
  }

  /** A second holder with its own life; visible in review on purpose. */
  public Secret copy() {
    return moveFrom(copyOut());
  }

  /** Constant-time comparison. */
  public boolean sameAs(Secret other) {
    return lend(mine -> other.lend(theirs -> MessageDigest.isEqual(mine, theirs)));
  }

  public int sizeBytes() {
    return memory.capacity();
  }

  @Override
  public synchronized void close() {
    for (int i = 0; i < memory.capacity(); i++) memory.put(i, (byte) 0);
    closed = true;
  }

  @Override
  public String toString() {
    return "Secret[" + memory.capacity() + " bytes]";
  }
}
