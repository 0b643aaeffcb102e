package dev.theca.broker.plugin;

import dev.theca.broker.seal.Sealer;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.PublicKeyInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An authority that signs: its key, and its certificates, the issuing one first. The key is either
 * made here, shared by replicas through the database and sealed there, or read from files.
 */
record Authority(Signing signing, List<Certificate> chain) {
  private static final Duration SKEW = Duration.ofMinutes(5);

  Authority {
    chain = List.copyOf(chain);
  }

  Certificate issuer() {
    return chain.getFirst();
  }

  /** What its certificates name it by: what it says itself, else what we would say. */
  byte[] keyId() {
    return issuer()
        .extension(X509Writer.SUBJECT_KEY_ID)
        .filter(value -> value.length > 2 && value[0] == 0x04 && value[1] == value.length - 2)
        .map(value -> Arrays.copyOfRange(value, 2, value.length))
        .orElseGet(() -> X509Writer.keyId(issuer().spki()));
  }

  private record Row(byte[] certificate, byte[] sealed) {}

  /** The authority of this name; made now, if no replica made it before. */
  static Authority made(Database database, Sealer sealer, String name, Duration life, Instant now) {
    var found = find(database, name);
    if (found.isEmpty()) {
      var row = make(sealer, name, life, now);
      int unused =
          database.write(
              sql ->
                  sql.update(
                      "INSERT INTO plugin_authority (name, certificate, sealed, created)"
                          + " VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                      name,
                      row.certificate(),
                      row.sealed(),
                      now.toEpochMilli()));
      found = find(database, name);
    }
    var row = found.getFirst();
    try (var key = sealer.open(context(name), row.sealed())) {
      var certificate = Certificate.parse(row.certificate()).orThrow();
      return key.lend(bytes -> of(bytes, List.of(certificate)));
    }
  }

  private static List<Row> find(Database database, String name) {
    return database.read(
        sql ->
            sql.list(
                "SELECT certificate, sealed FROM plugin_authority WHERE name = ?",
                row -> new Row(row.bytes(1), row.bytes(2)),
                name));
  }

  private static String context(String name) {
    return "plugin_authority/" + name;
  }

  private static Row make(Sealer sealer, String name, Duration life, Instant now) {
    KeyPair pair = newKey();
    var signing = Signing.of(pair.getPrivate(), pair.getPublic());
    byte[] spki = pair.getPublic().getEncoded();
    byte[] dn = X509Writer.name(name);
    var validity = new X509Writer.Validity(now.minus(SKEW), now.plus(life));
    byte[] certificate =
        X509Writer.certificate(
            signing,
            dn,
            new X509Writer.Subject(dn, spki),
            serial(new SecureRandom()),
            validity,
            X509Writer.authority(spki));
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    try {
      return new Row(certificate, sealer.seal(context(name), pkcs8));
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static KeyPair newKey() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  /** 127 random bits: positive, and more than the 64 that are asked of authorities. */
  static BigInteger serial(SecureRandom random) {
    return new BigInteger(126, random).setBit(126);
  }

  /**
   * The authority whose certificates and key (PKCS#8) are in these PEM files.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static Authority files(Path certificates, Path key) {
    var chain = new ArrayList<Certificate>();
    for (byte[] der : blocks("CERTIFICATE", certificates))
      chain.add(
          switch (Certificate.parse(der)) {
            case Outcome.Granted<Certificate>(var certificate) -> certificate;
            case Outcome.Refused<Certificate>(var why) ->
                throw new IllegalArgumentException(certificates + ": " + why.getFirst());
          });
    var issuer = chain.getFirst();
    if (!issuer.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false)
        || !issuer.mayBeUsedFor(5))
      throw new IllegalArgumentException(
          certificates + " begins with a certificate that is no authority's");
    byte[] pkcs8 = blocks("PRIVATE KEY", key).getFirst();
    try {
      return of(pkcs8, chain);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static List<byte[]> blocks(String label, Path file) {
    try {
      if (Files.size(file) > 1 << 20)
        throw new IllegalArgumentException(file + " is larger than 1 MiB");
      var blocks = Pem.read(label, Files.readString(file, StandardCharsets.ISO_8859_1));
      return blocks
          .filter(b -> !b.isEmpty())
          .orElseThrow(() -> new IllegalArgumentException(file + " has no PEM block " + label));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Authority of(byte[] pkcs8, List<Certificate> chain) {
    byte[] spki = chain.getFirst().spki();
    try {
      PublicKey verifies;
      String family = chain.getFirst().key() instanceof PublicKeyInfo.Rsa ? "RSA" : "EC";
      verifies = KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(spki));
      var key = KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      var signing = Signing.of(key, verifies);
      if (!belongs(signing))
        throw new IllegalArgumentException(
            "the private key is not that of " + chain.getFirst().subject());
      return new Authority(signing, chain);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the authority's key is neither EC nor RSA in PKCS#8", e);
    }
  }

  private static boolean belongs(Signing signing) throws GeneralSecurityException {
    byte[] probe = Der.sequence();
    var in = new DerReader(signing.sign(probe));
    try {
      var whole = in.sequence();
      whole.element();
      whole.element();
      byte[] signature = CertificateRequest.wholeBytes(whole.content(0x03));
      return signing.confirms(probe, signature);
    } catch (DerReader.Malformed e) {
      throw new IllegalStateException("what was just written cannot be read", e);
    }
  }
}
