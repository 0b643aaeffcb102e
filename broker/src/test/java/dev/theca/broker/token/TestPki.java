package dev.theca.broker.token;

import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates on P-256 for tests (RFC 5280). */
final class TestPki {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

  /** A name with its key and certificate. */
  record Holder(String name, KeyPair pair, byte[] der) {
    String x5c() {
      return Base64.getEncoder().encodeToString(der);
    }

    String pem() {
      return Pem.write("CERTIFICATE", der);
    }

    Jwk jwk() {
      return Jwk.of(pair);
    }
  }

  private final Instant from;
  private final Instant to;
  private int serial = 1;

  TestPki(Instant from, Instant to) {
    this.from = from;
    this.to = to;
  }

  static KeyPair pair() {
    var key = Jwk.generate("P-256");
    return new KeyPair(key.publicKey(), key.privateKey().orElseThrow());
  }

  Holder root(String name) {
    var pair = pair();
    return new Holder(name, pair, certificate(name, pair, name, pair, true));
  }

  Holder under(Holder issuer, String name, boolean ca) {
    return under(issuer, name, pair(), ca);
  }

  Holder under(Holder issuer, String name, KeyPair pair, boolean ca) {
    return new Holder(name, pair, certificate(issuer.name(), issuer.pair(), name, pair, ca));
  }

  private byte[] certificate(
      String issuer, KeyPair issuerKey, String subject, KeyPair key, boolean ca) {
    var constraints = ca ? Der.sequence(Der.bool(true)) : Der.sequence();
    byte[] usage = ca ? Der.namedBits(5, 6) : Der.namedBits(0);
    byte[] extensions =
        Der.sequence(
            Der.sequence(Der.oid("2.5.29.19"), Der.bool(true), Der.octets(constraints)),
            Der.sequence(Der.oid("2.5.29.15"), Der.bool(true), Der.octets(usage)));
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(BigInteger.valueOf(serial++)),
            ECDSA_SHA256,
            name(issuer),
            Der.sequence(Der.time(from), Der.time(to)),
            name(subject),
            key.getPublic().getEncoded(),
            Der.explicit(3, extensions));
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(issuerKey.getPrivate());
      signature.update(tbs);
      return Der.sequence(tbs, ECDSA_SHA256, Der.bits(signature.sign()));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] name(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
  }

  static Path write(Path file, Holder... holders) throws java.io.IOException {
    var text = new StringBuilder();
    for (Holder holder : holders) text.append(holder.pem());
    return Files.writeString(file, text);
  }

  static Path writeKey(Path file, Holder holder) throws java.io.IOException {
    return Files.writeString(
        file, Pem.write("PRIVATE KEY", holder.pair().getPrivate().getEncoded()));
  }

  static List<String> x5c(Holder... holders) {
    var all = new ArrayList<String>();
    for (Holder holder : holders) all.add(holder.x5c());
    return all;
  }
}
