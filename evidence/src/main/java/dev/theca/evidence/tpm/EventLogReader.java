package dev.theca.evidence.tpm;

import dev.theca.evidence.EventLog;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads crypto-agile event logs; sizes are checked against what is left before anything is read.
 */
public final class EventLogReader {
  private static final int MAX = 1 << 20;
  private static final int MAX_EVENTS = 16_384;
  private static final int NO_ACTION = 3;
  private static final byte[] SPEC = "Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOCALITY = "StartupLocality\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final ByteBuffer in;
  private final Map<Integer, Integer> sizes = new LinkedHashMap<>();
  private Optional<Integer> locality = Optional.empty();

  private EventLogReader(byte[] bytes) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  public static Outcome<EventLog> parse(byte[] bytes) {
    try {
      if (bytes.length > MAX)
        throw new Rejected(
            EvidenceCode.FORMAT_LIMIT,
            Step.EVENT_LOG,
            "event log",
            "at most " + MAX + " bytes",
            bytes.length + " bytes");
      return Outcome.granted(new EventLogReader(bytes).read());
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private EventLog read() throws Rejected {
    boolean agile = bytes.length >= 48 && Arrays.equals(bytes, 32, 48, SPEC, 0, 16);
    if (agile) header();
    var entries = new ArrayList<EventLog.Entry>();
    while (in.hasRemaining() && !padding()) {
      need(entries.size() < MAX_EVENTS, "at most " + MAX_EVENTS + " events", "more");
      entries.add(agile ? entry() : oldEntry());
    }
    return new EventLog(entries, locality);
  }

  /** The first entry is in the old format and names the digests of the others. */
  private void header() throws Rejected {
    left(32);
    in.getInt();
    long type = u32();
    need(type == NO_ACTION, "a first event of type EV_NO_ACTION", type + "");
    in.position(in.position() + 20);
    int size = size();
    int from = in.position();
    int end = from + size;
    need(size >= 28, "a Spec ID event", size + " bytes");
    need(Arrays.equals(bytes, from, from + 16, SPEC, 0, 16), "Spec ID Event03", "another");
    long algorithms = Integer.toUnsignedLong(in.getInt(from + 24));
    need(algorithms >= 1 && algorithms <= 16, "1 to 16 algorithms", algorithms + "");
    in.position(from + 28);
    for (long i = 0; i < algorithms; i++) {
      need(end - in.position() >= 4, "algorithms within the event", "a cut-off one");
      int algorithm = Short.toUnsignedInt(in.getShort());
      int bytesOf = Short.toUnsignedInt(in.getShort());
      need(bytesOf >= 20 && bytesOf <= 64, "a digest of 20 to 64 bytes", bytesOf + "");
      need(bytesOf == known(algorithm, bytesOf), "the digest size of its algorithm", bytesOf + "");
      need(sizes.put(algorithm, bytesOf) == null, "each algorithm once", "one twice");
    }
    need(end - in.position() >= 1, "a vendor part", "none");
    int vendor = Byte.toUnsignedInt(in.get());
    need(in.position() + vendor == end, "a Spec ID event consumed exactly", "another size");
    in.position(end);
  }

  private static int known(int algorithm, int otherwise) {
    return switch (algorithm) {
      case 0x4 -> 20;
      case 0xB, 0x12 -> 32;
      case 0xC -> 48;
      case 0xD -> 64;
      default -> otherwise;
    };
  }

  /** The format before crypto agility: one SHA-1 digest (TCG_PCR_EVENT). */
  private EventLog.Entry oldEntry() throws Rejected {
    left(32);
    int index = in.getInt();
    long type = u32();
    need(index >= 0 && index < 24, "a register below 24", Integer.toUnsignedString(index));
    byte[] digest = new byte[20];
    in.get(digest);
    byte[] data = new byte[size()];
    in.get(data);
    return new EventLog.Entry(index, type, Map.of(0x4, digest), data);
  }

  private boolean padding() {
    int at = in.position();
    int many = Math.min(8, in.remaining());
    boolean ones = true;
    boolean zeros = true;
    for (int i = 0; i < many; i++) {
      ones &= bytes[at + i] == (byte) 0xFF;
      zeros &= bytes[at + i] == 0;
    }
    return ones || zeros;
  }

  private EventLog.Entry entry() throws Rejected {
    left(12);
    int index = in.getInt();
    long type = u32();
    long count = u32();
    need(index >= 0 && index < 64, "a register below 64", Integer.toUnsignedString(index));
    need(count >= 1 && count <= sizes.size(), "1 to " + sizes.size() + " digests", count + "");
    var digests = new LinkedHashMap<Integer, byte[]>();
    for (long i = 0; i < count; i++) {
      left(2);
      int algorithm = Short.toUnsignedInt(in.getShort());
      Integer size = sizes.get(algorithm);
      if (size == null) {
        need(false, "an algorithm of the header", algorithm + "");
        continue;
      }
      left(size);
      byte[] digest = new byte[size];
      in.get(digest);
      need(digests.put(algorithm, digest) == null, "each algorithm once", "one twice");
    }
    byte[] data = new byte[size()];
    in.get(data);
    if (type == NO_ACTION && data.length == 17 && Arrays.equals(data, 0, 16, LOCALITY, 0, 16))
      locality = Optional.of(Byte.toUnsignedInt(data[16]));
    return new EventLog.Entry(index, type, digests, data);
  }

  private int size() throws Rejected {
    left(4);
    long size = u32();
    need(size <= in.remaining(), "data within the log", size + " bytes claimed");
    return (int) size;
  }

  private long u32() {
    return Integer.toUnsignedLong(in.getInt());
  }

  private void left(int bytesNeeded) throws Rejected {
    need(
        in.remaining() >= bytesNeeded,
        bytesNeeded + " bytes at byte " + in.position(),
        in.remaining() + "");
  }

  private static void need(boolean holds, String expected, String found) throws Rejected {
    if (!holds)
      throw new Rejected(
          EvidenceCode.FORMAT_EVIDENCE, Step.EVENT_LOG, "event log", expected, found);
  }
}
