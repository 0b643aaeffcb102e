package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The nodes of a host file, with those of its recovery file laid over them when a write was cut
 * off: records of a physical node number (u64) and 4096 bytes, the state before that write. Nothing
 * is written back; a node is believed for its tag, wherever it comes from.
 */
final class Nodes implements AutoCloseable {
  static final int RECORD = 8 + Layout.NODE;
  static final int MAX_RECORDS = 1 << 20;

  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final HostBytes file;
  private final Optional<HostBytes> recovery;
  private final Map<Long, Long> above; // node -> offset of its bytes in the recovery file

  private Nodes(HostBytes file, Optional<HostBytes> recovery, Map<Long, Long> above) {
    this.file = file;
    this.recovery = recovery;
    this.above = above;
  }

  static Nodes of(HostBytes file) {
    return new Nodes(file, Optional.empty(), Map.of());
  }

  /** Takes both files over when it is granted. */
  static Outcome<Nodes> recovered(HostBytes file, HostBytes recovery) {
    long records = recovery.length() / RECORD;
    if (recovery.length() % RECORD != 0 || records == 0 || records > MAX_RECORDS)
      return refused(
          "1 to " + MAX_RECORDS + " records of 4104 bytes", recovery.length() + " bytes");
    var above = new HashMap<Long, Long>();
    byte[] number = new byte[8];
    for (long at = 0; at < records * RECORD; at += RECORD) {
      if (!recovery.read(at, number, 0, 8)) return refused("whole records", "a cut one");
      long node = (long) U64.get(number, 0);
      if (node < 0 || node > Layout.MAX_SIZE / Layout.NODE)
        return refused("numbers of nodes", Long.toUnsignedString(node));
      if (above.put(node, at + 8) != null)
        return refused("each node once", "node " + node + " twice");
    }
    return Outcome.granted(new Nodes(file, Optional.of(recovery), above));
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return PfCode.RECOVERY.refused("recovery file", expected, found);
  }

  boolean isRecovered() {
    return recovery.isPresent();
  }

  long length() {
    return file.length();
  }

  /** Reads {@code count} nodes in a row; false when one of them is not there. */
  boolean read(long node, int count, byte[] into) {
    if (recovery.isEmpty()) return file.read(node * Layout.NODE, into, 0, count * Layout.NODE);
    for (int i = 0; i < count; i++) {
      Long at = above.get(node + i);
      boolean whole =
          at == null
              ? file.read((node + i) * Layout.NODE, into, i * Layout.NODE, Layout.NODE)
              : recovery.get().read(at, into, i * Layout.NODE, Layout.NODE);
      if (!whole) return false;
    }
    return true;
  }

  @Override
  public void close() {
    file.close();
    recovery.ifPresent(HostBytes::close);
  }
}
