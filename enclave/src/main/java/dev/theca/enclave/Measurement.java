package dev.theca.enclave;

import dev.theca.wire.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * MRENCLAVE of a native bundle: launch map and root file system index, serialised and fed to the
 * hash as an enclave's pages would be (ECREATE, EADD, EEXTEND; Intel SDM vol. 3D). No page is
 * executable and the thread page is empty, so the value can never be that of a program on real SGX.
 */
public final class Measurement {
  private static final int PAGE = 4096;
  private static final long REG_READ = 0x201;
  private static final long TCS = 0x100;

  private Measurement() {}

  public static byte[] of(byte[] launchMap, byte[] rootfsIndex) {
    byte[] content = serialise(launchMap, rootfsIndex);
    long pages = (content.length + 8L + PAGE - 1) / PAGE;
    long size = Math.max(1 << 20, Long.highestOneBit(PAGE + pages * PAGE - 1) << 1);
    var hash = Digest.hasher("sha256");
    hash.update(record("ECREATE").putInt(1).putLong(size).array());
    page(hash, 0, TCS, new byte[PAGE]);
    byte[] padded =
        ByteBuffer.allocate((int) pages * PAGE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(content.length)
            .put(content)
            .array();
    for (int i = 0; i < pages; i++)
      page(
          hash,
          PAGE + (long) i * PAGE,
          REG_READ,
          Arrays.copyOfRange(padded, i * PAGE, (i + 1) * PAGE));
    return hash.digest();
  }

  private static byte[] serialise(byte[] launchMap, byte[] index) {
    return ByteBuffer.allocate(8 + 4 + 2 * 12 + launchMap.length + index.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("THECAB1\0".getBytes(StandardCharsets.US_ASCII))
        .putInt(2)
        .putInt(1)
        .putLong(launchMap.length)
        .put(launchMap)
        .putInt(2)
        .putLong(index.length)
        .put(index)
        .array();
  }

  private static ByteBuffer record(String name) {
    return ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 8));
  }

  private static void page(MessageDigest hash, long offset, long flags, byte[] content) {
    hash.update(record("EADD").putLong(offset).putLong(flags).array());
    for (int i = 0; i < 16; i++) {
      hash.update(record("EEXTEND").putLong(offset + 256L * i).array());
      hash.update(content, i * 256, 256);
    }
  }
}
