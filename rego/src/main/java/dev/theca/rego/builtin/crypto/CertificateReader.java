package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** Reads certificates (RFC 5280) as strictly and as leniently as Go's {@code crypto/x509}. */
final class CertificateReader {
  private CertificateReader() {}

  /** One, and nothing behind it. */
  static Certificate one(byte[] der) throws BuiltinFault {
    var list = all(der);
    if (list.size() != 1) throw new BuiltinFault("x509: trailing data");
    return list.getFirst();
  }

  /** One behind the other. */
  static List<Certificate> all(byte[] der) throws BuiltinFault {
    var list = new ArrayList<Certificate>();
    var in = new DerReader(der);
    while (in.hasNext()) {
      byte[] raw;
      try {
        raw = in.peekTag() == 0x30 ? in.element() : new byte[0];
      } catch (DerReader.Malformed e) {
        raw = new byte[0];
      }
      if (raw.length == 0) throw new BuiltinFault("x509: malformed certificate");
      try {
        list.add(read(raw));
      } catch (DerReader.Malformed e) {
        throw new BuiltinFault("x509: malformed certificate: " + e.getMessage());
      }
    }
    return list;
  }

  private static Certificate read(byte[] raw) throws DerReader.Malformed, BuiltinFault {
    var outer = new DerReader(raw).sequence();
    byte[] tbs = outer.element();
    byte[] algorithm = outer.content(0x30);
    byte[] signature = Asn1.bits(outer).aligned();
    var in = new DerReader(tbs).sequence();
    int version = 1;
    if (in.peekTag() == 0xA0) version = in.enter(0xA0).integer(2) + 1;
    var serial = Asn1.integer(in);
    if (serial.signum() < 0) throw new BuiltinFault("x509: negative serial number");
    if (!Arrays.equals(in.content(0x30), algorithm))
      throw new BuiltinFault("x509: inner and outer signature algorithm identifiers don't match");
    byte[] issuer = sequence(in);
    var validity = in.sequence();
    LocalDateTime from = DerTime.read(validity);
    LocalDateTime to = DerTime.read(validity);
    byte[] subject = sequence(in);
    byte[] spki = sequence(in);
    var open = PublicKeyInfo.read(spki);
    var extensions = List.<Extension>of();
    if (version > 1) {
      for (int tag = 0x81; tag <= 0x82; tag++) if (in.peekTag() == tag) in.content(tag);
      if (version == 3 && in.peekTag() == 0xA3) extensions = list(in.enter(0xA3).sequence());
    }
    return new Certificate(
        raw,
        tbs,
        version,
        serial,
        SignatureKind.read(algorithm),
        signature,
        issuer,
        DistinguishedName.read(issuer),
        subject,
        DistinguishedName.read(subject),
        from,
        to,
        spki,
        open.algorithm(),
        open.key(),
        extensions,
        Extensions.read(extensions));
  }

  static byte[] sequence(DerReader in) throws DerReader.Malformed {
    if (in.peekTag() != 0x30) throw new DerReader.Malformed("no sequence where one must be");
    return in.element();
  }

  private static List<Extension> list(DerReader in) throws DerReader.Malformed, BuiltinFault {
    var list = new ArrayList<Extension>();
    var seen = new HashSet<String>();
    while (in.hasNext()) {
      var extension = Extension.read(in.sequence());
      if (!seen.add(extension.id()))
        throw new BuiltinFault(
            "x509: certificate contains duplicate extension with OID \"" + extension.id() + '"');
      list.add(extension);
    }
    return list;
  }
}
