package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a PCK certificate says about its platform (OID 1.2.840.113741.1.13.1, Intel SGX PCK
 * certificate profile). Hex is upper case.
 *
 * @param configuration what a Platform CA says beyond: dynamic platform, cached keys, SMT
 */
record PckExtension(
    String ppid,
    int[] svns,
    int pceSvn,
    String pceId,
    String fmspc,
    int sgxType,
    Optional<String> platformInstanceId,
    Map<String, Boolean> configuration) {
  private static final String BASE = "1.2.840.113741.1.13.1";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final Map<String, String> FLAGS =
      Map.of(
          BASE + ".7.1", "dynamic_platform",
          BASE + ".7.2", "cached_keys",
          BASE + ".7.3", "smt_enabled");

  static PckExtension read(Certificate leaf) throws Rejected {
    var value = leaf.extension(BASE);
    if (value.isEmpty()) throw bad("the SGX extension", "none");
    try {
      var in = new DerReader(value.get());
      var list = in.sequence();
      in.end();
      return new Reading().read(list);
    } catch (DerReader.Malformed e) {
      throw bad("the profile's fields", String.valueOf(e.getMessage()));
    }
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(
        EvidenceCode.CHAIN_LEAF_EXTENSIONS,
        Step.CHAIN,
        "SGX extension of the PCK certificate",
        expected,
        found);
  }

  private static final class Reading {
    private String ppid = "";
    private int[] svns = new int[0];
    private int pceSvn;
    private String pceId = "";
    private String fmspc = "";
    private int sgxType;
    private Optional<String> instance = Optional.empty();
    private final Map<String, Boolean> configuration = new TreeMap<>();

    PckExtension read(DerReader list) throws DerReader.Malformed {
      var seen = new HashSet<String>();
      while (list.hasNext()) {
        var entry = list.sequence();
        String oid = entry.oid();
        if (!seen.add(oid)) throw new DerReader.Malformed("OID " + oid + " twice");
        switch (oid) {
          case BASE + ".1" -> ppid = HEX.formatHex(entry.octets(16));
          case BASE + ".2" -> tcb(entry.sequence());
          case BASE + ".3" -> pceId = HEX.formatHex(entry.octets(2));
          case BASE + ".4" -> fmspc = HEX.formatHex(entry.octets(6));
          case BASE + ".5" -> sgxType = type(entry.content(0x0A));
          case BASE + ".6" -> instance = Optional.of(HEX.formatHex(entry.octets(16)));
          case BASE + ".7" -> configuration(entry.sequence());
          default -> throw new DerReader.Malformed("unknown OID " + oid);
        }
        entry.end();
      }
      for (int i = 1; i <= 5; i++)
        if (!seen.contains(BASE + "." + i))
          throw new DerReader.Malformed("no OID " + BASE + "." + i);
      return new PckExtension(
          ppid, svns, pceSvn, pceId, fmspc, sgxType, instance, Map.copyOf(configuration));
    }

    private static int type(byte[] content) throws DerReader.Malformed {
      if (content.length != 1 || content[0] < 0 || content[0] > 2)
        throw new DerReader.Malformed("an SGX type other than 0, 1 and 2");
      return content[0];
    }

    private void configuration(DerReader list) throws DerReader.Malformed {
      while (list.hasNext()) {
        var entry = list.sequence();
        String oid = entry.oid();
        String name = FLAGS.get(oid);
        byte[] value = entry.content(0x01);
        entry.end();
        if (name == null || value.length != 1 || configuration.put(name, value[0] != 0) != null)
          throw new DerReader.Malformed("configuration entry " + oid);
      }
    }

    private void tcb(DerReader list) throws DerReader.Malformed {
      svns = new int[16];
      for (int i = 1; i <= 18; i++) {
        var entry = list.sequence();
        String oid = entry.oid();
        if (!oid.equals(BASE + ".2." + i))
          throw new DerReader.Malformed("OID " + oid + ", expected " + BASE + ".2." + i);
        if (i <= 16) svns[i - 1] = entry.integer(255);
        else if (i == 17) pceSvn = entry.integer(65535);
        else entry.octets(16);
        entry.end();
      }
      list.end();
    }
  }
}
