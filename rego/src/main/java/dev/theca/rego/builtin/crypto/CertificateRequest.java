package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.der.DerReader;
import java.util.ArrayList;
import java.util.List;

/** A request for a certificate (RFC 2986), shown as Go's JSON shows an x509.CertificateRequest. */
final class CertificateRequest {
  private static final String EXTENSIONS = "1.2.840.113549.1.9.14";

  private CertificateRequest() {}

  static Value read(byte[] der) throws BuiltinFault {
    try {
      return shown(der);
    } catch (DerReader.Malformed e) {
      throw new BuiltinFault("asn1: structure error: " + e.getMessage());
    }
  }

  private static Value shown(byte[] der) throws DerReader.Malformed, BuiltinFault {
    var outer = new DerReader(der);
    var whole = outer.sequence();
    outer.end();
    byte[] info = CertificateReader.sequence(whole);
    var kind = SignatureKind.read(whole.content(0x30));
    byte[] signature = Asn1.bits(whole).aligned();
    var in = new DerReader(info).sequence();
    int version = in.integer(Integer.MAX_VALUE);
    byte[] subject = CertificateReader.sequence(in);
    byte[] spki = CertificateReader.sequence(in);
    var open = PublicKeyInfo.read(spki);
    var attributes = new ArrayList<Value>();
    var extensions = new ArrayList<Extension>();
    if (in.peekTag() == 0xA0) attributes(in.enter(0xA0), attributes, extensions);
    return CertificateShown.names(Extensions.read(extensions).names, new Shown())
        .with("Raw", der)
        .with("RawTBSCertificateRequest", info)
        .with("RawSubjectPublicKeyInfo", spki)
        .with("RawSubject", subject)
        .with("Version", version)
        .with("Signature", signature)
        .with("SignatureAlgorithm", kind.ordinal())
        .with("PublicKeyAlgorithm", open.algorithm())
        .with("PublicKey", KeyShown.of(open.key()))
        .with("Subject", DistinguishedName.read(subject).shown())
        .with("Attributes", Shown.list(attributes, one -> one))
        .with("Extensions", Shown.list(extensions, CertificateShown::extension))
        .with("ExtraExtensions", NullValue.NULL)
        .value();
  }

  private static void attributes(DerReader in, List<Value> attributes, List<Extension> extensions)
      throws DerReader.Malformed {
    while (in.hasNext()) {
      var attribute = in.sequence();
      String type = attribute.oid();
      // only lists of pairs have a form in Go; a password for a challenge has none
      if (!type.equals(EXTENSIONS)) continue;
      var sets = attribute.enter(0x31);
      var lists = new ArrayList<Value>();
      while (sets.hasNext()) {
        var list = sets.sequence();
        var pairs = new ArrayList<Value>();
        while (list.hasNext()) {
          var extension = Extension.read(list.sequence());
          if (lists.isEmpty()) extensions.add(extension);
          pairs.add(pair(extension));
        }
        lists.add(ArrayValue.of(pairs));
      }
      attributes.add(
          new Shown().with("Type", Shown.oid(type)).with("Value", ArrayValue.of(lists)).value());
    }
  }

  /** Go reads an extension as a pair here: what follows the type, which may be the flag. */
  private static Value pair(Extension extension) {
    return new Shown()
        .with("Type", Shown.oid(extension.id()))
        .with("Value", extension.critical() ? Value.of(true) : Octets.shown(extension.value()))
        .value();
  }
}
