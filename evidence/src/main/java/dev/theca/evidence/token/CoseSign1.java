package dev.theca.evidence.token;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import java.util.List;

/** COSE_Sign1 (RFC 9052, section 4.2), tagged or not, with an embedded payload. */
public record CoseSign1(byte[] protectedHeader, long algorithm, byte[] payload, byte[] signature) {
  private static final int MAX = 64 << 10;
  private static final long TAG = 18;

  public static CoseSign1 read(byte[] bytes, String what) throws Rejected {
    if (!(Cbor.decodeAnyOrder(bytes, MAX) instanceof Outcome.Granted<CborValue>(var value)))
      throw bad(what, "one CBOR item", "other bytes");
    return of(value, what);
  }

  public static CoseSign1 of(CborValue value, String what) throws Rejected {
    CborValue inner =
        value instanceof CborTag(long tag, CborValue item) && tag == TAG ? item : value;
    if (!(inner instanceof CborArray(List<CborValue> parts))
        || parts.size() != 4
        || !(parts.get(0) instanceof CborBytes(byte[] header))
        || !(parts.get(1) instanceof CborMap)
        || !(parts.get(2) instanceof CborBytes(byte[] payload))
        || !(parts.get(3) instanceof CborBytes(byte[] signature)))
      throw bad(what, "COSE_Sign1 with a payload", "another structure");
    if (!(Cbor.decodeAnyOrder(header, MAX) instanceof Outcome.Granted<CborValue>(CborMap map))
        || !(map.get(1).orElse(map) instanceof CborInt(long algorithm)))
      throw bad(what, "a protected header with an algorithm", "another");
    return new CoseSign1(header, algorithm, payload, signature);
  }

  /** The payload as a map. */
  public CborMap claims(String what) throws Rejected {
    if (Cbor.decodeAnyOrder(payload, MAX) instanceof Outcome.Granted<CborValue>(CborMap map))
      return map;
    throw bad(what, "a map of claims", "another payload");
  }

  /** Whether the key made the signature; the algorithm must be the key's own. */
  public boolean signedBy(EcKey key, Signatures signatures) {
    String hash =
        algorithm == -7 && key.curve() == Curve.P256
            ? "sha256"
            : algorithm == -35 && key.curve() == Curve.P384 ? "sha384" : "";
    if (hash.isEmpty()) return false;
    byte[] content =
        Cbor.encode(Cbor.array(List.of("Signature1", protectedHeader, new byte[0], payload)));
    return signatures.ecdsa(key, hash, content, signature);
  }

  static Rejected bad(String what, String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, what, expected, found);
  }
}
