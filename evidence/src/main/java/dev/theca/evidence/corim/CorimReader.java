package dev.theca.evidence.corim;

import dev.theca.evidence.Corim;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.pki.Signatures;
import dev.theca.evidence.token.CoseSign1;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.PublicKeyInfo;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads manifests and module tags; what is unknown is kept by number and not an error. */
public final class CorimReader {
  private static final int MAX = 1 << 20;
  private static final int UNSIGNED = 501;
  private static final int COMID = 506;

  private CorimReader() {}

  public static Outcome<Corim> parse(byte[] bytes) {
    try {
      var value = item(bytes);
      var peeled = peel(value);
      return Outcome.granted(
          peeled instanceof CborTag(long tag, CborMap map) && tag == UNSIGNED
              ? manifest(map)
              : manifest(payload(CoseSign1.of(peeled, "CoRIM"))));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  public static Outcome<Corim> verify(byte[] bytes, PublicKey key, Instant at) {
    try {
      var token = CoseSign1.of(peel(item(bytes)), "CoRIM");
      var signatures = new Signatures(new Ecdsa(1), 0);
      var point = Signatures.ecKey(PublicKeyInfo.read(key.getEncoded()));
      if (point.filter(k -> token.signedBy(k, signatures)).isEmpty())
        throw new Rejected(
            EvidenceCode.SIGNATURE_EVIDENCE,
            Step.QUOTE,
            "CoRIM",
            "a signature of this key",
            "another, or changed bytes");
      var manifest = manifest(payload(token));
      if (manifest.notAfter().filter(at::isAfter).isPresent()
          || manifest.notBefore().filter(at::isBefore).isPresent())
        throw new Rejected(
            EvidenceCode.POLICY_FRESHNESS,
            Step.POLICY,
            "validity of the CoRIM",
            "around " + at,
            "another");
      return Outcome.granted(manifest);
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    } catch (DerReader.Malformed e) {
      return Outcome.refused(
          bad("a key that X.509 knows", String.valueOf(e.getMessage())).refusal());
    }
  }

  public static Outcome<Corim.Comid> parseComid(byte[] bytes) {
    try {
      return Outcome.granted(comid(item(bytes)));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static CborValue item(byte[] bytes) throws Rejected {
    return switch (Cbor.decodeAnyOrder(bytes, MAX)) {
      case Outcome.Granted<CborValue>(var value) -> value;
      case Outcome.Refused<CborValue>(var why) ->
          throw bad("one CBOR item", why.getFirst().found());
    };
  }

  /** Older writers put tags 500 and 502 around everything. */
  private static CborValue peel(CborValue value) {
    return value instanceof CborTag(long tag, CborValue inner) && (tag == 500 || tag == 502)
        ? peel(inner)
        : value;
  }

  private static CborMap payload(CoseSign1 token) throws Rejected {
    return switch (item(token.payload())) {
      case CborTag(long tag, CborMap map) when tag == UNSIGNED -> map;
      case CborMap map -> map;
      default -> throw bad("a manifest as payload", "another value");
    };
  }

  private static Corim manifest(CborMap map) throws Rejected {
    var comids = new ArrayList<Corim.Comid>();
    var others = new ArrayList<Long>();
    if (!(map.get(1).orElse(map) instanceof CborArray(List<CborValue> tags)) || tags.isEmpty())
      throw bad("tags in the manifest", "none");
    for (CborValue tag : tags) {
      if (!(tag instanceof CborTag(long number, CborBytes(byte[] content))))
        throw bad("tagged bytes as tags", "another value");
      if (number == COMID) comids.add(comid(item(content)));
      else others.add(number);
    }
    Optional<Instant> from = Optional.empty();
    Optional<Instant> to = Optional.empty();
    if (map.get(4).orElse(map) instanceof CborMap validity && map.get(4).isPresent()) {
      from = time(validity.get(0));
      to = time(validity.get(1));
    }
    return new Corim(name(map.get(0)), name(map.get(3)), from, to, comids, others);
  }

  private static Optional<Instant> time(Optional<CborValue> value) {
    return value.flatMap(
        v ->
            v instanceof CborTag(long tag, CborInt(long seconds))
                    && tag == 1
                    && Math.abs(seconds) < 1L << 40
                ? Optional.of(Instant.ofEpochSecond(seconds))
                : Optional.empty());
  }

  private static Corim.Comid comid(CborValue value) throws Rejected {
    if (!(value instanceof CborMap map)) throw bad("a map as CoMID", "another value");
    String id = map.get(1).orElse(map) instanceof CborMap identity ? name(identity.get(0)) : "";
    var values = new ArrayList<Corim.ReferenceValue>();
    var others = new ArrayList<Long>();
    if (map.get(4).isPresent()) {
      if (!(map.get(4).get() instanceof CborMap(List<Entry> triples)))
        throw bad("a map of triples", "another value");
      for (Entry triple : triples) {
        if (!(triple.key() instanceof CborInt(long kind))) continue;
        if (kind == 0) references(triple.value(), values);
        else others.add(kind);
      }
    }
    return new Corim.Comid(id, values, others);
  }

  private static void references(CborValue triples, List<Corim.ReferenceValue> out)
      throws Rejected {
    if (!(triples instanceof CborArray(List<CborValue> all)))
      throw bad("a list of reference values", "another value");
    for (CborValue triple : all) {
      if (!(triple instanceof CborArray(List<CborValue> parts))
          || parts.size() < 2
          || !(parts.get(0) instanceof CborMap environment)
          || !(parts.get(1) instanceof CborArray(List<CborValue> measurements)))
        throw bad("an environment and its measurements", "another value");
      for (CborValue measurement : measurements) {
        if (!(measurement instanceof CborMap map))
          throw bad("measurements as maps", "another value");
        out.add(value(environment, map));
      }
    }
  }

  private static Corim.ReferenceValue value(CborMap environment, CborMap measurement)
      throws Rejected {
    var type = environment.get(0).orElse(environment);
    CborMap described =
        type instanceof CborMap c && environment.get(0).isPresent() ? c : new CborMap(List.of());
    if (!(measurement.get(1).orElse(measurement) instanceof CborMap values)
        || measurement.get(1).isEmpty()) throw bad("a value in the measurement", "none");
    var svn = values.get(1);
    boolean minimum =
        svn.isPresent() && svn.get() instanceof CborTag(long tag, CborValue inner) && tag == 553;
    Optional<String> version =
        values
            .get(0)
            .flatMap(
                v -> v instanceof CborMap m ? m.get(0).map(CorimReader::word) : Optional.empty());
    return new Corim.ReferenceValue(
        name(described.get(1)),
        name(described.get(2)),
        name(described.get(0)) + name(environment.get(1)),
        key(measurement.get(0)),
        name(values.get(11)),
        name(values.get(8)),
        version,
        svn.flatMap(CorimReader::number),
        minimum,
        digests(values.get(2)),
        values.get(4).flatMap(CorimReader::bytes));
  }

  private static Optional<Long> number(CborValue value) {
    return switch (value) {
      case CborInt(long n) -> Optional.of(n);
      case CborTag(long tag, CborInt(long n)) when tag == 552 || tag == 553 -> Optional.of(n);
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> bytes(CborValue value) {
    return switch (value) {
      case CborBytes(byte[] content) -> Optional.of(content);
      case CborTag(long tag, CborBytes(byte[] content)) when tag == 560 -> Optional.of(content);
      default -> Optional.empty();
    };
  }

  private static List<String> digests(Optional<CborValue> value) throws Rejected {
    if (value.isEmpty()) return List.of();
    if (!(value.get() instanceof CborArray(List<CborValue> items)))
      throw bad("a list of digests", "another value");
    var out = new ArrayList<String>();
    for (CborValue item : items) {
      if (!(item instanceof CborArray(List<CborValue> parts))
          || parts.size() != 2
          || !(parts.get(1) instanceof CborBytes(byte[] digest)))
        throw bad("digests as algorithm and bytes", "another value");
      out.add(word(parts.get(0)) + ":" + java.util.HexFormat.of().formatHex(digest));
    }
    return out;
  }

  private static String key(Optional<CborValue> value) {
    return value.map(v -> v instanceof CborInt(long n) ? "claim" + n : word(v)).orElse("");
  }

  private static String name(Optional<CborValue> value) {
    return value.map(CorimReader::word).orElse("");
  }

  /** A value in words: text as it is, numbers, UUIDs, OIDs, other bytes in hex. */
  private static String word(CborValue value) {
    return switch (value) {
      case CborText(String text) -> text;
      case CborInt(long number) -> number + "";
      case CborBytes(byte[] bytes) -> bytes.length == 16 ? uuid(bytes) : hex(bytes);
      case CborTag(long tag, CborBytes(byte[] bytes)) when tag == 37 && bytes.length == 16 ->
          uuid(bytes);
      case CborTag(long tag, CborBytes(byte[] bytes)) when tag == 111 -> oid(bytes);
      case CborTag(long tag, CborValue inner) -> word(inner);
      default -> "";
    };
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static String uuid(byte[] bytes) {
    return hex(bytes).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private static String oid(byte[] content) {
    if (content.length > 100) return hex(content);
    byte[] der = new byte[content.length + 2];
    der[0] = 6;
    der[1] = (byte) content.length;
    System.arraycopy(content, 0, der, 2, content.length);
    try {
      return new DerReader(der).oid();
    } catch (DerReader.Malformed e) {
      return hex(content);
    }
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "CoRIM", expected, found);
  }
}
