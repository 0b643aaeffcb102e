package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.wire.der.DerReader;

/**
 * The public key within a certificate.
 *
 * @param algorithm as Go numbers it, 0 for one that it does not know
 * @param key {@link Key.Other} for one that it does not know
 */
record PublicKeyInfo(int algorithm, Key key) {
  static PublicKeyInfo read(byte[] spki) throws DerReader.Malformed, BuiltinFault {
    var in = new DerReader(spki).sequence();
    var algorithm = in.sequence();
    String oid = algorithm.oid();
    byte[] bytes = Asn1.bits(in).aligned();
    return new PublicKeyInfo(KeyReader.algorithm(oid), KeyReader.open(oid, algorithm, bytes));
  }
}
