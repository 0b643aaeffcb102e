package dev.theca.evidence.token;

import dev.theca.evidence.NitroDocument;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Reads attestation documents of Nitro enclaves. */
public final class NitroReader {
  private static final String WHAT = "Nitro document";

  private NitroReader() {}

  public static Outcome<NitroDocument> parse(byte[] bytes) {
    try {
      return Outcome.granted(read(unwrapped(bytes)));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /**
   * Some containers (SCALE) put two bytes and the document's length before it, and more after it;
   * the length is told in 14 bits above the marker 01.
   */
  private static byte[] unwrapped(byte[] bytes) {
    if (bytes.length < 5 || bytes[0] != 0 || (bytes[2] & 3) != 1) return bytes;
    int length = (bytes[2] & 0xFF | (bytes[3] & 0xFF) << 8) >> 2;
    return length <= bytes.length - 4 ? Arrays.copyOfRange(bytes, 4, 4 + length) : bytes;
  }

  private static NitroDocument read(byte[] bytes) throws Rejected {
    var in = new Claims(CoseSign1.read(bytes, WHAT).claims(WHAT), WHAT);
    if (!(in.named("module_id") instanceof CborText(String module)) || module.isEmpty())
      throw CoseSign1.bad(WHAT, "a module id", "none");
    if (!(in.named("digest") instanceof CborText(String digest)) || !digest.equals("SHA384"))
      throw CoseSign1.bad(WHAT, "digest SHA384", "another");
    if (!(in.named("timestamp") instanceof CborInt(long millis)) || millis <= 0)
      throw CoseSign1.bad(WHAT, "a timestamp", "none");
    var chain = new ArrayList<Certificate>();
    chain.add(certificate(in.namedBytes("certificate", 1024 * 4)));
    if (!(in.named("cabundle") instanceof CborArray(List<CborValue> bundle))
        || bundle.isEmpty()
        || bundle.size() > 8)
      throw CoseSign1.bad(WHAT, "a bundle of 1 to 8 certificates", "another");
    for (int i = bundle.size() - 1; i >= 0; i--) {
      if (!(bundle.get(i) instanceof CborBytes(byte[] der)))
        throw CoseSign1.bad(WHAT, "certificates in the bundle", "others");
      chain.add(certificate(der));
    }
    return new NitroDocument(
        bytes,
        module,
        Instant.ofEpochMilli(Math.min(millis, 253_402_300_799_000L)),
        pcrs(in),
        chain,
        in.optionalBytes("public_key", 1024),
        in.optionalBytes("user_data", 512),
        in.optionalBytes("nonce", 512));
  }

  private static TreeMap<Integer, byte[]> pcrs(Claims in) throws Rejected {
    if (!(in.named("pcrs") instanceof CborMap(List<Entry> entries)) || entries.isEmpty())
      throw CoseSign1.bad(WHAT, "PCRs", "none");
    var pcrs = new TreeMap<Integer, byte[]>();
    for (Entry entry : entries) {
      if (!(entry.key() instanceof CborInt(long index))
          || index < 0
          || index > 31
          || !(entry.value() instanceof CborBytes(byte[] value))
          || value.length != 48)
        throw CoseSign1.bad(WHAT, "PCRs 0 to 31 of 48 bytes", "another value");
      pcrs.put((int) index, value);
    }
    if (!pcrs.containsKey(0)) throw CoseSign1.bad(WHAT, "PCR 0", "none");
    return pcrs;
  }

  private static Certificate certificate(byte[] der) throws Rejected {
    try {
      return Certificate.read(der);
    } catch (DerReader.Malformed e) {
      throw CoseSign1.bad(WHAT, "certificates in DER", String.valueOf(e.getMessage()));
    }
  }
}
