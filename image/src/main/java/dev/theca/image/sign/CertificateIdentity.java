package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom a Fulcio certificate names (Fulcio, "OID information"): the issuer of the identity from
 * 1.3.6.1.4.1.57264.1.8 or its predecessor .1.1, and the addresses and URIs of the subject's
 * alternative names, ASCII only.
 */
record CertificateIdentity(String issuer, List<String> emails, List<String> uris) {
  private static final String ISSUER_V1 = "1.3.6.1.4.1.57264.1.1";
  private static final String ISSUER_V2 = "1.3.6.1.4.1.57264.1.8";
  private static final int MAX_CHARS = 1024;

  static Outcome<CertificateIdentity> of(Certificate certificate) {
    try {
      var older = certificate.extension(ISSUER_V1);
      var newer = certificate.extension(ISSUER_V2);
      if (older.isEmpty() && newer.isEmpty()) return bad("an issuer of the identity", "none");
      String fromOlder = older.isPresent() ? text(older.get()) : "";
      String issuer = fromOlder;
      if (newer.isPresent()) {
        var in = new DerReader(newer.get());
        issuer = text(in.content(0x0C));
        in.end();
        if (older.isPresent() && !issuer.equals(fromOlder))
          return bad("one issuer of the identity", "two");
      }
      var emails = new ArrayList<String>();
      var uris = new ArrayList<String>();
      var names = certificate.extension("2.5.29.17");
      if (names.isEmpty()) return bad("a subject alternative name", "none");
      var outer = new DerReader(names.get());
      var in = outer.sequence();
      outer.end();
      while (in.hasNext()) {
        int tag = in.peekTag();
        byte[] content = in.content(tag);
        if (tag == 0x81) emails.add(text(content));
        if (tag == 0x86) uris.add(text(content));
      }
      return Outcome.granted(
          new CertificateIdentity(issuer, List.copyOf(emails), List.copyOf(uris)));
    } catch (DerReader.Malformed e) {
      return bad("the identity of a signing certificate", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Printable ASCII: what looks like another character is refused, and so is a NUL in the middle.
   */
  private static String text(byte[] bytes) throws DerReader.Malformed {
    if (bytes.length == 0 || bytes.length > MAX_CHARS)
      throw new DerReader.Malformed("a name of " + bytes.length + " characters");
    for (byte b : bytes)
      if (b <= 0x20 || b == 0x7F) throw new DerReader.Malformed("a name that is not ASCII");
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  List<String> all() {
    var all = new ArrayList<>(emails);
    all.addAll(uris);
    return all;
  }

  String shown() {
    return String.join(", ", all()) + " (" + issuer + ")";
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.CERTIFICATE.refused(
        "signer's certificate", expected, found, "sign with a certificate of a sigstore CA");
  }
}
