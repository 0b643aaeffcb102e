package dev.theca.evidence;

import dev.theca.evidence.corim.CorimReader;
import dev.theca.wire.Outcome;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A concise reference integrity manifest (draft-ietf-rats-corim): what a supplier says that good
 * firmware and software measure to. Reading one says nothing about who wrote it; {@link #verify}
 * does.
 *
 * @param profile empty text when there is none
 * @param notAfter of the manifest itself
 * @param comids the module tags, each with its reference values
 * @param otherTags tags of other kinds (505 CoSWID, 508 CoTL), kept by number
 */
public record Corim(
    String id,
    String profile,
    Optional<Instant> notBefore,
    Optional<Instant> notAfter,
    List<Comid> comids,
    List<Long> otherTags) {
  public Corim {
    comids = List.copyOf(comids);
    otherTags = List.copyOf(otherTags);
  }

  /**
   * One concise module identifier.
   *
   * @param otherTriples kinds of triples that are not reference values, by number: kept, not used
   */
  public record Comid(String id, List<ReferenceValue> referenceValues, List<Long> otherTriples) {
    public Comid {
      referenceValues = List.copyOf(referenceValues);
      otherTriples = List.copyOf(otherTriples);
    }
  }

  /**
   * What one part of an environment should measure to.
   *
   * @param environment class id and instance, empty text when absent
   * @param key of the measurement: a text, {@code claim<n>} for a number, a UUID or an OID
   * @param digests each as algorithm number, colon, hex
   */
  public record ReferenceValue(
      String vendor,
      String model,
      String environment,
      String key,
      String name,
      String serial,
      Optional<String> version,
      Optional<Long> svn,
      boolean minimumSvn,
      List<String> digests,
      Optional<byte[]> raw) {
    public ReferenceValue {
      digests = List.copyOf(digests);
    }

    /** The name under which a reference value provider stores it. */
    public String path() {
      var parts = new java.util.ArrayList<String>();
      for (String part : List.of(vendor, model, key, name, serial))
        if (!part.isEmpty()) parts.add(part);
      return String.join("/", parts);
    }
  }

  /** Reads a manifest, signed or not, without looking at signatures. */
  public static Outcome<Corim> parse(byte[] bytes) {
    return CorimReader.parse(bytes);
  }

  /** Reads one module tag alone. */
  public static Outcome<Comid> parseComid(byte[] bytes) {
    return CorimReader.parseComid(bytes);
  }

  /** Reads a signed manifest that this key signed and that is valid at a time. */
  public static Outcome<Corim> verify(byte[] bytes, PublicKey key, Instant at) {
    return CorimReader.verify(bytes, key, at);
  }

  /** Reference values as a provider stores them: name to accepted values in hex. */
  public SortedMap<String, List<String>> referenceValues() {
    var out = new TreeMap<String, List<String>>();
    for (Comid comid : comids)
      for (ReferenceValue value : comid.referenceValues()) {
        if (!value.digests().isEmpty())
          out.put(
              value.path() + "/digests",
              value.digests().stream().map(d -> d.substring(d.indexOf(':') + 1)).toList());
        value
            .raw()
            .ifPresent(
                raw ->
                    out.put(
                        value.path() + "/raw_bytes",
                        List.of(java.util.HexFormat.of().formatHex(raw))));
      }
    return out;
  }
}
