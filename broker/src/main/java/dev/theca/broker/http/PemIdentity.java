package dev.theca.broker.http;

import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A certificate chain and the private key of its first certificate: the two belong together. */
record PemIdentity(List<X509Certificate> chain, PrivateKey key) {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final byte[] RSA = // rsaEncryption with NULL parameters, RFC 8017 A.1
      Der.sequence(Der.oid("1.2.840.113549.1.1.1"), new byte[] {5, 0});

  /** Throws with words for people when the files are not a matching pair. */
  static PemIdentity read(Path certificates, Path keyFile)
      throws IOException, GeneralSecurityException {
    var chain = certificates(certificates);
    var key = key(keyFile, chain.getFirst());
    prove(key, chain.getFirst().getPublicKey(), keyFile);
    return new PemIdentity(chain, key);
  }

  static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    var blocks = Pem.read("CERTIFICATE", text(file)).orElse(List.of());
    if (blocks.isEmpty()) throw new GeneralSecurityException("no certificate in " + file);
    var factory = CertificateFactory.getInstance("X.509");
    var chain = new ArrayList<X509Certificate>();
    for (byte[] block : blocks)
      chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
    return List.copyOf(chain);
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) throw new IOException(file + " is too large for PEM");
    return Files.readString(file, StandardCharsets.US_ASCII);
  }

  private static PrivateKey key(Path file, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    String text = text(file);
    byte[] pkcs8;
    if (text.contains("-----BEGIN PRIVATE KEY-----")) {
      pkcs8 = only("PRIVATE KEY", text, file);
    } else if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
      pkcs8 =
          wrapped(curveOf(certificate.getPublicKey()), only("EC PRIVATE KEY", text, file)); // RFC
      // 5915
    } else {
      pkcs8 = wrapped(RSA, only("RSA PRIVATE KEY", text, file));
    }
    try {
      String algorithm = certificate.getPublicKey().getAlgorithm();
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException e) {
      // Its message may quote the key.
      throw new GeneralSecurityException(file + " holds no key of the certificate's kind");
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static byte[] only(String label, String text, Path file) throws GeneralSecurityException {
    var blocks = Pem.read(label, text).orElse(List.of());
    if (blocks.size() != 1) throw new GeneralSecurityException("not one private key in " + file);
    return blocks.getFirst();
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return Der.sequence(Der.integer(0), algorithm, Der.octets(key));
  }

  /** The AlgorithmIdentifier within a SubjectPublicKeyInfo: its first element. */
  private static byte[] curveOf(PublicKey key) {
    byte[] spki = key.getEncoded();
    int at = (spki[1] & 0x80) == 0 ? 2 : 2 + (spki[1] & 0x7F);
    return Arrays.copyOfRange(spki, at, at + 2 + (spki[at + 1] & 0x7F));
  }

  private static void prove(PrivateKey key, PublicKey certified, Path file)
      throws GeneralSecurityException {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> certified.getAlgorithm();
        };
    byte[] probe = "the key of this certificate".getBytes(StandardCharsets.US_ASCII);
    var signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(probe);
    if (!signature.verify(signed))
      throw new GeneralSecurityException("the key of " + file + " is not the certificate's");
  }
}
