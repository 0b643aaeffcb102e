package dev.theca.sealfs.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in byte arrays, without a buffer around them: for what is done for every block. */
public final class Little {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle BIG_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Little() {}

  /** A little-endian u64. */
  public static long at(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /** Writes a little-endian u64. */
  public static void put(byte[] bytes, int index, long value) {
    LONG.set(bytes, index, value);
  }

  /** A nonce: u32 epoch, u64 counter, both big-endian. */
  static byte[] nonce(int epoch, long counter) {
    byte[] nonce = new byte[12];
    BIG_INT.set(nonce, 0, epoch);
    BIG_LONG.set(nonce, 4, counter);
    return nonce;
  }
}
