package dev.theca.evidence.amd;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.SnpTcb;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a VCEK or VLEK says about its chip (AMD 57230, "VCEK certificate extensions").
 *
 * @param hwid 64 bytes, 8 on Turin; VCEK only
 * @param cspId VLEK only
 */
record VekExtensions(String product, SnpTcb tcb, Optional<byte[]> hwid, Optional<String> cspId) {
  private static final String BASE = "1.3.6.1.4.1.3704.1.";

  static VekExtensions read(Certificate vek) throws Rejected {
    try {
      return new VekExtensions(
          text(vek, "2").orElseThrow(() -> new DerReader.Malformed("no product name")),
          new SnpTcb(
              vek.extension(BASE + "3.9").isPresent() ? level(vek, "3.9") : 0,
              level(vek, "3.1"),
              level(vek, "3.2"),
              level(vek, "3.3"),
              level(vek, "3.8")),
          hwid(vek),
          text(vek, "5"));
    } catch (DerReader.Malformed e) {
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_EXTENSIONS,
          Step.CHAIN,
          "extensions of the VEK certificate",
          "product, patch levels, and chip or service provider",
          String.valueOf(e.getMessage()));
    }
  }

  private static int level(Certificate vek, String oid) throws DerReader.Malformed {
    var value = vek.extension(BASE + oid);
    if (value.isEmpty()) throw new DerReader.Malformed("no patch level " + oid);
    var in = new DerReader(value.get());
    int level = in.integer(255);
    in.end();
    return level;
  }

  private static Optional<String> text(Certificate vek, String oid) throws DerReader.Malformed {
    var value = vek.extension(BASE + oid);
    if (value.isEmpty()) return Optional.empty();
    var in = new DerReader(value.get());
    byte[] content = in.content(0x16);
    in.end();
    return Optional.of(new String(content, StandardCharsets.US_ASCII));
  }

  /** Raw bytes, or an OCTET STRING around them. */
  private static Optional<byte[]> hwid(Certificate vek) throws DerReader.Malformed {
    var value = vek.extension(BASE + "4");
    if (value.isEmpty()) return Optional.empty();
    byte[] raw = value.get();
    if (raw.length != 64 && raw.length != 8) {
      var in = new DerReader(raw);
      raw = in.content(0x04);
      in.end();
    }
    if (raw.length != 64 && raw.length != 8)
      throw new DerReader.Malformed("a chip id of " + raw.length + " bytes");
    return Optional.of(raw);
  }
}
