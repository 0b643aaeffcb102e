package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * For which names an authority may speak (RFC 5280, section 4.2.1.10).
 *
 * @param unhandled whether it names kinds that nobody here can judge
 */
record NameConstraints(boolean critical, Subtrees permitted, Subtrees excluded, boolean unhandled) {
  static final NameConstraints NONE =
      new NameConstraints(false, Subtrees.none(), Subtrees.none(), false);

  /** Of one side; addresses are followed by their masks. */
  record Subtrees(List<String> dns, List<Bytes> ranges, List<String> emails, List<String> uris) {
    static Subtrees none() {
      return new Subtrees(
          new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    boolean isEmpty() {
      return dns.isEmpty() && ranges.isEmpty() && emails.isEmpty() && uris.isEmpty();
    }

    /** Whether all were of known kinds. */
    boolean take(DerReader in) throws DerReader.Malformed, BuiltinFault {
      if (!in.hasNext()) throw new BuiltinFault("x509: empty name constraints subtree sequence");
      boolean all = true;
      while (in.hasNext()) {
        var tree = in.sequence();
        int tag = tree.peekTag();
        byte[] base = tree.content(tag);
        switch (tag) {
          case 0x81 -> emails.add(email(DerText.ascii(base)));
          case 0x82 -> dns.add(domain(DerText.ascii(base), "dnsName"));
          case 0x86 -> uris.add(uri(DerText.ascii(base)));
          case 0x87 -> ranges.add(range(base));
          default -> all = false;
        }
      }
      return all;
    }

    private static String domain(String text, String what) throws BuiltinFault {
      if (Domains.isConstraint(text)) return text;
      throw new BuiltinFault("x509: failed to parse " + what + " constraint \"" + text + '"');
    }

    private static String email(String text) throws BuiltinFault {
      if (text.indexOf('@') < 0) return domain(text, "rfc822Name");
      if (Mailbox.parse(text).isPresent()) return text;
      throw new BuiltinFault("x509: failed to parse rfc822Name constraint \"" + text + '"');
    }

    private static String uri(String text) throws BuiltinFault {
      if (Addresses.parse(text) == null) return domain(text, "URI");
      throw new BuiltinFault(
          "x509: failed to parse URI constraint \"" + text + "\": cannot be IP address");
    }

    private static Bytes range(byte[] base) throws BuiltinFault {
      if (base.length != 8 && base.length != 32)
        throw new BuiltinFault("x509: IP constraint contained value of length " + base.length);
      int half = base.length / 2;
      boolean zero = false;
      for (int i = 8 * half; i < 8 * base.length; i++) {
        boolean bit = (base[i / 8] & 0x80 >> i % 8) != 0;
        if (bit && zero) throw new BuiltinFault("x509: IP constraint contained invalid mask");
        zero = !bit;
      }
      if (Addresses.isMapped(Arrays.copyOf(base, half)))
        throw new BuiltinFault("x509: IP constraint contained IPv4-mapped IPv6 address");
      return new Bytes(base);
    }
  }

  static NameConstraints read(Extension extension) throws DerReader.Malformed, BuiltinFault {
    var outer = new DerReader(extension.value());
    var in = outer.sequence();
    outer.end();
    if (!in.hasNext()) throw new BuiltinFault("x509: empty name constraints extension");
    var permitted = Subtrees.none();
    var excluded = Subtrees.none();
    boolean all = true;
    if (in.peekTag() == 0xA0) all &= permitted.take(in.enter(0xA0));
    if (in.peekTag() == 0xA1) all &= excluded.take(in.enter(0xA1));
    in.end();
    return new NameConstraints(extension.critical(), permitted, excluded, !all);
  }

  boolean isEmpty() {
    return permitted.isEmpty() && excluded.isEmpty();
  }
}
