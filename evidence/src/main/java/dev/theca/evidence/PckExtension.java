package dev.theca.evidence;

import dev.theca.wire.der.DerReader;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.HexFormat;

/**
 * What a PCK certificate says about its platform (OID 1.2.840.113741.1.13.1, Intel SGX PCK
 * certificate profile): PPID, TCB component SVNs, PCE SVN and id, FMSPC in upper-case hex.
 */
record PckExtension(String ppid, int[] componentSvns, int pceSvn, String pceId, String fmspc) {
  private static final String BASE = "1.2.840.113741.1.13.1";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  static PckExtension read(X509Certificate leaf) throws Rejected {
    byte[] value = leaf.getExtensionValue(BASE);
    if (value == null)
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_EXTENSIONS, "PCK certificate", "the SGX extension", "none");
    try {
      var outer = new DerReader(value);
      byte[] inner = outer.content(0x04);
      outer.end();
      return read(new DerReader(inner));
    } catch (DerReader.Malformed e) {
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_EXTENSIONS,
          "SGX extension of the PCK certificate",
          "the profile's fields",
          String.valueOf(e.getMessage()));
    }
  }

  private static PckExtension read(DerReader in) throws DerReader.Malformed {
    var list = in.sequence();
    in.end();
    var seen = new HashSet<String>();
    String ppid = "";
    int[] svns = new int[0];
    int[] pce = new int[1];
    String pceId = "";
    String fmspc = "";
    while (list.hasNext()) {
      var entry = list.sequence();
      String oid = entry.oid();
      if (!seen.add(oid)) throw new DerReader.Malformed("OID " + oid + " twice");
      switch (oid) {
        case BASE + ".1" -> ppid = HEX.formatHex(entry.octets(16));
        case BASE + ".2" -> svns = tcb(entry.sequence(), pce);
        case BASE + ".3" -> pceId = HEX.formatHex(entry.octets(2));
        case BASE + ".4" -> fmspc = HEX.formatHex(entry.octets(6));
        case BASE + ".5" -> entry.content(0x0A);
        default -> {
          if (!oid.equals(BASE + ".6") && !oid.equals(BASE + ".7"))
            throw new DerReader.Malformed("unknown OID " + oid);
          entry.content(entry.peekTag());
        }
      }
      entry.end();
    }
    for (int i = 1; i <= 5; i++)
      if (!seen.contains(BASE + "." + i)) throw new DerReader.Malformed("no OID " + BASE + "." + i);
    return new PckExtension(ppid, svns, pce[0], pceId, fmspc);
  }

  private static int[] tcb(DerReader list, int[] pce) throws DerReader.Malformed {
    int[] svns = new int[16];
    for (int i = 1; i <= 18; i++) {
      var entry = list.sequence();
      String oid = entry.oid();
      if (!oid.equals(BASE + ".2." + i))
        throw new DerReader.Malformed("OID " + oid + ", expected " + BASE + ".2." + i);
      if (i <= 16) svns[i - 1] = entry.integer(255);
      else if (i == 17) pce[0] = entry.integer(65535);
      else entry.octets(16);
      entry.end();
    }
    list.end();
    return svns;
  }
}
