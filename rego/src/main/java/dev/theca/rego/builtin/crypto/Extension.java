package dev.theca.rego.builtin.crypto;

import dev.theca.wire.der.DerReader;

/** An extension: what it is in dotted form, and its value. */
record Extension(String id, boolean critical, byte[] value) {
  static Extension read(DerReader in) throws DerReader.Malformed {
    String id = in.oid();
    boolean critical = in.peekTag() == 1 && Asn1.bool(in);
    return new Extension(id, critical, in.content(4));
  }
}
