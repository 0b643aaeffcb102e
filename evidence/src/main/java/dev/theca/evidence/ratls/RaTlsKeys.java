package dev.theca.evidence.ratls;

import dev.theca.wire.Digest;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import dev.theca.wire.der.Der;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * The other direction: makes a key inside the TEE and a self-signed certificate whose evidence
 * names that key, in both forms, as Gramine's verifiers and ours read them. The private key stays
 * in this process.
 */
public final class RaTlsKeys {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final char[] NO_PASSWORD = {};

  /** Asks the TEE for a quote over 64 bytes of report data. */
  @FunctionalInterface
  public interface Quotes {
    /** A quote over these 64 bytes. */
    byte[] quote(byte[] reportData);
  }

  private final KeyPair key;
  private final byte[] certificate;

  private RaTlsKeys(KeyPair key, byte[] certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** A fresh P-384 key with its certificate, valid between the two times. */
  public static RaTlsKeys create(Quotes quotes, Instant from, Instant to) {
    return create(quotes, from, to, Optional.<byte[]>empty());
  }

  /** As {@link #create(Quotes, Instant, Instant)}, with a verifier's nonce among the claims. */
  public static RaTlsKeys create(Quotes quotes, Instant from, Instant to, byte[] nonce) {
    return create(quotes, from, to, Optional.of(nonce));
  }

  private static RaTlsKeys create(Quotes quotes, Instant from, Instant to, Optional<byte[]> nonce) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      var key = generator.generateKeyPair();
      return new RaTlsKeys(key, certificate(key, quotes, from, to, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  private static byte[] certificate(
      KeyPair key, Quotes quotes, Instant from, Instant to, Optional<byte[]> nonce)
      throws GeneralSecurityException {
    byte[] spki = key.getPublic().getEncoded();
    byte[] claims = claims(spki, nonce);
    byte[] tagged =
        Cbor.encode(
            new CborTag(
                RaTlsCertificate.TAG,
                Cbor.array(List.of(quotes.quote(padded(Digest.sha256(claims))), claims))));
    byte[] legacy = quotes.quote(padded(Digest.sha256(spki)));
    byte[] name = Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8("RATLS"))));
    byte[] extensions =
        Der.sequence(
            Der.sequence(Der.oid("2.5.29.19"), Der.octets(Der.sequence())),
            Der.sequence(Der.oid(RaTlsCertificate.LEGACY), Der.octets(legacy)),
            Der.sequence(Der.oid(RaTlsCertificate.TAGGED), Der.octets(tagged)));
    byte[] tbs =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.integer(1),
            ECDSA_SHA256,
            name,
            Der.sequence(Der.time(from), Der.time(to)),
            name,
            spki,
            Der.explicit(3, extensions));
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.getPrivate());
    signer.update(tbs);
    return Der.sequence(tbs, ECDSA_SHA256, Der.bits(signer.sign()));
  }

  private static byte[] claims(byte[] spki, Optional<byte[]> nonce) {
    byte[] hash = Cbor.encode(Cbor.array(List.of(1, Digest.sha256(spki).toBytes())));
    var entries = new ArrayList<Entry>();
    entries.add(new Entry(new CborText("pubkey-hash"), new CborBytes(hash)));
    nonce.ifPresent(n -> entries.add(new Entry(new CborText("nonce"), new CborBytes(n))));
    return Cbor.encode(new CborMap(entries));
  }

  private static byte[] padded(Digest digest) {
    return Arrays.copyOf(digest.toBytes(), 64);
  }

  /** The certificate in DER. */
  public byte[] certificate() {
    return certificate.clone();
  }

  /** For a server's or client's context. */
  public KeyManager[] keyManagers() {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      var parsed =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate));
      store.setKeyEntry("ratls", key.getPrivate(), NO_PASSWORD, new X509Certificate[] {parsed});
      var factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a fresh key cannot be stored in memory", e);
    }
  }
}
