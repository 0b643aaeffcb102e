package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;
import java.util.ArrayList;
import java.util.List;

/** The other names of a subject (RFC 5280, section 4.2.1.6) of the kinds that count. */
record AlternativeNames(
    List<String> dns, List<String> emails, List<Bytes> addresses, List<Uri> uris) {
  static final AlternativeNames NONE =
      new AlternativeNames(List.of(), List.of(), List.of(), List.of());

  static AlternativeNames read(DerReader in) throws DerReader.Malformed, BuiltinFault {
    var names =
        new AlternativeNames(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    while (in.hasNext()) {
      int tag = in.peekTag();
      byte[] content = in.content(tag);
      switch (tag) {
        case 0x81 -> names.emails.add(ascii(content, "rfc822Name"));
        case 0x82 -> names.dns.add(ascii(content, "dNSName"));
        case 0x86 -> names.uris.add(Uri.inName(ascii(content, "uniformResourceIdentifier")));
        case 0x87 -> names.addresses.add(address(content));
        default -> {
          // other kinds are not looked at
        }
      }
    }
    return names;
  }

  private static String ascii(byte[] content, String what) throws BuiltinFault {
    try {
      return DerText.ascii(content);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("x509: SAN " + what + " is malformed");
    }
  }

  private static Bytes address(byte[] content) throws BuiltinFault {
    if (content.length != 4 && content.length != 16)
      throw new BuiltinFault("x509: cannot parse IP address of length " + content.length);
    if (Addresses.isMapped(content))
      throw new BuiltinFault("x509: SAN iPAddress contains IPv4-mapped IPv6 address");
    return new Bytes(content);
  }

  boolean isEmpty() {
    return dns.isEmpty() && emails.isEmpty() && addresses.isEmpty() && uris.isEmpty();
  }
}
