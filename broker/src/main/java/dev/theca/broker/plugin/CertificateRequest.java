package dev.theca.broker.plugin;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.DerReader.Malformed;
import dev.theca.wire.der.Pem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A certificate request (PKCS#10, RFC 2986) whose signature was made with the key that it names.
 * Its subject is not read: who asks is known by attestation, not by what is written here.
 *
 * @param spki the key, one of {@link RequestKey}'s kinds
 * @param dnsNames those of a requested subjectAltName, lower-case
 * @param uris as above
 */
record CertificateRequest(byte[] spki, boolean rsa, List<String> dnsNames, List<String> uris) {
  private static final int MAX = 16 << 10;
  private static final int MAX_NAMES = 32;
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

  /** The second is what old tools write (RFC 7468, section 7). */
  private static final List<String> LABELS =
      List.of("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");

  /** Reads DER, or PEM with one block. */
  static Outcome<CertificateRequest> parse(byte[] body) {
    if (body.length == 0 || body.length > MAX)
      return refused("1 byte to " + MAX + " bytes", body.length + " bytes");
    try {
      return Outcome.granted(read(body[0] == 0x30 ? body : fromPem(body)));
    } catch (Malformed e) {
      return refused("a PKCS#10 request in DER or PEM", String.valueOf(e.getMessage()));
    }
  }

  private static byte[] fromPem(byte[] body) throws Malformed {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    var found = new ArrayList<byte[]>();
    for (String label : LABELS) found.addAll(Pem.read(label, text).orElse(List.of()));
    if (found.size() != 1) throw new Malformed("no single PEM block " + LABELS.getFirst());
    return found.getFirst();
  }

  private static CertificateRequest read(byte[] der) throws Malformed {
    var outer = new DerReader(der);
    var whole = outer.sequence();
    outer.end();
    byte[] info = whole.element();
    byte[] algorithm = whole.element();
    byte[] signature = wholeBytes(whole.content(0x03));
    whole.end();
    var in = new DerReader(info).sequence();
    if (in.integer(255) != 0) throw new Malformed("a version other than 1");
    in.sequence();
    byte[] spki = in.element();
    var dns = new ArrayList<String>();
    var uris = new ArrayList<String>();
    if (in.hasNext()) attributes(in.enter(0xA0), dns, uris);
    in.end();
    boolean rsa = RequestKey.prove(spki, algorithm, info, signature);
    return new CertificateRequest(spki, rsa, List.copyOf(dns), List.copyOf(uris));
  }

  static byte[] wholeBytes(byte[] bits) throws Malformed {
    if (bits.length < 2 || bits[0] != 0) throw new Malformed("a bit string with unused bits");
    return Arrays.copyOfRange(bits, 1, bits.length);
  }

  private static void attributes(DerReader in, List<String> dns, List<String> uris)
      throws Malformed {
    boolean seen = false;
    while (in.hasNext()) {
      var attribute = in.sequence();
      boolean wanted = attribute.oid().equals(EXTENSION_REQUEST);
      var values = attribute.enter(0x31);
      attribute.end();
      if (!wanted) continue;
      if (seen) throw new Malformed("two extension requests");
      seen = true;
      var extensions = values.sequence();
      values.end();
      boolean named = false;
      while (extensions.hasNext()) {
        var extension = extensions.sequence();
        String oid = extension.oid();
        if (extension.peekTag() == 0x01) extension.content(0x01);
        byte[] value = extension.content(0x04);
        extension.end();
        // anything else that is asked for is the authority's to decide
        if (!oid.equals(X509Writer.SUBJECT_ALTERNATIVE)) continue;
        if (named) throw new Malformed("two lists of names");
        named = true;
        names(value, dns, uris);
      }
    }
  }

  /** GeneralNames (RFC 5280, section 4.2.1.6); kinds that are never issued are refused by tag. */
  private static void names(byte[] value, List<String> dns, List<String> uris) throws Malformed {
    var outer = new DerReader(value);
    var names = outer.sequence();
    outer.end();
    while (names.hasNext()) {
      int tag = names.peekTag();
      if (tag != 0x82 && tag != 0x86)
        throw new Malformed("a name of kind %d, expected DNS or URI".formatted(tag & 0x1F));
      byte[] raw = names.content(tag);
      String text = new String(raw, StandardCharsets.ISO_8859_1);
      if (text.isEmpty() || text.length() > 2048 || !text.chars().allMatch(c -> c > 32 && c < 127))
        throw new Malformed("a name with other than printable ASCII");
      if (tag == 0x82) dns.add(text.toLowerCase(Locale.ROOT));
      else uris.add(text);
      if (dns.size() + uris.size() > MAX_NAMES) throw new Malformed("more than 32 names");
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return PluginCode.BAD_CERTIFICATE_REQUEST.refuse(
        "certificate request", expected, found, "make the request again with another tool or key");
  }
}
