package dev.theca.evidence.tpm;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.TpmAttest;
import dev.theca.evidence.audit.Rejected;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/** Reads TPMS_ATTEST of a quote, big-endian (TPM 2.0 Library, Part 2, section 10.12). */
final class AttestReader {
  private static final int MAX = 4096;

  private AttestReader() {}

  static TpmAttest read(byte[] message) throws Rejected {
    if (message.length > MAX) throw bad("at most " + MAX + " bytes", message.length + "");
    var in = ByteBuffer.wrap(message);
    try {
      int magic = in.getInt();
      if (magic != 0xFF544347) throw bad("magic ff544347", Integer.toHexString(magic));
      int type = Short.toUnsignedInt(in.getShort());
      if (type != 0x8018) throw bad("type 8018 (quote)", Integer.toHexString(type));
      sized(in);
      byte[] extra = sized(in);
      long clock = in.getLong();
      int reset = in.getInt();
      in.getInt();
      byte safe = in.get();
      in.getLong();
      long count = Integer.toUnsignedLong(in.getInt());
      if (count > 16) throw bad("at most 16 selections", count + "");
      var selections = new ArrayList<TpmAttest.Selection>();
      for (long i = 0; i < count; i++) selections.add(selection(in));
      byte[] digest = sized(in);
      if (in.hasRemaining()) throw bad("nothing after the digest", in.remaining() + " bytes");
      return new TpmAttest(extra, clock, reset, safe == 1, selections, digest);
    } catch (BufferUnderflowException e) {
      throw bad("a whole TPMS_ATTEST", "a cut-off one");
    }
  }

  private static TpmAttest.Selection selection(ByteBuffer in) throws Rejected {
    int algorithm = Short.toUnsignedInt(in.getShort());
    int size = Byte.toUnsignedInt(in.get());
    if (size > 4) throw bad("a selection of at most 4 bytes", size + "");
    int pcrs = 0;
    for (int i = 0; i < size; i++) pcrs |= Byte.toUnsignedInt(in.get()) << 8 * i;
    return new TpmAttest.Selection(algorithm, pcrs);
  }

  static byte[] sized(ByteBuffer in) {
    byte[] out = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining() + 1)];
    in.get(out);
    return out;
  }

  static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "TPM quote", expected, found);
  }
}
