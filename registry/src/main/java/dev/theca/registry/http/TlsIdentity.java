package dev.theca.registry.http;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server's certificate chain and key in PEM files, read again when a file changes; a pair that
 * does not load leaves the one before in force and is logged.
 */
public final class TlsIdentity implements Supplier<SSLContext> {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int MAX_BYTES = 1 << 20;

  private final Path certificate;
  private final Path key;
  private SSLContext context;
  private List<FileTime> times;
  private long looked = System.nanoTime();

  private TlsIdentity(Path certificate, Path key, SSLContext context, List<FileTime> times) {
    this.certificate = certificate;
    this.key = key;
    this.context = context;
    this.times = times;
  }

  public static Outcome<TlsIdentity> open(Path certificate, Path key) throws IOException {
    for (Path file : List.of(certificate, key))
      if (!Files.isReadable(file)) return wrong(file, "a readable file", "none");
    var times = times(certificate, key);
    return load(certificate, key).map(c -> new TlsIdentity(certificate, key, c, times));
  }

  @Override
  public synchronized SSLContext get() {
    if (System.nanoTime() - looked < LOOK_NANOS) return context;
    looked = System.nanoTime();
    try {
      var now = times(certificate, key);
      if (now.equals(times)) return context;
      times = now;
      switch (load(certificate, key)) {
        case Outcome.Granted<SSLContext>(var loaded) -> {
          context = loaded;
          System.err.println("stage=tls outcome=reloaded");
        }
        case Outcome.Refused<SSLContext>(var reasons) ->
            System.err.println(
                "stage=tls outcome=refused kept=old reason=\"" + reasons.getFirst() + "\"");
      }
    } catch (IOException e) {
      System.err.println("stage=tls outcome=fault kept=old reason=\"" + e + "\"");
    }
    return context;
  }

  private static List<FileTime> times(Path certificate, Path key) throws IOException {
    return List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
  }

  private static Outcome<SSLContext> load(Path certificate, Path key) throws IOException {
    if (Files.size(certificate) > MAX_BYTES || Files.size(key) > MAX_BYTES)
      return wrong(certificate, "at most 1 MiB", "more");
    var chain = chain(Files.readAllBytes(certificate));
    if (chain.isEmpty()) return wrong(certificate, "a chain of PEM certificates", "something else");
    var own = Pem.read("PRIVATE KEY", Files.readString(key, StandardCharsets.ISO_8859_1));
    if (own.isEmpty() || own.get().size() != 1)
      return wrong(key, "one PKCS#8 key, BEGIN PRIVATE KEY", "something else");
    byte[] der = own.get().getFirst();
    try {
      var algorithm = chain.getFirst().getPublicKey().getAlgorithm();
      PrivateKey secret =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      return Outcome.granted(context(secret, chain));
    } catch (GeneralSecurityException e) {
      return wrong(key, "the key of the certificate", "another kind of key");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static List<? extends Certificate> chain(byte[] pem) {
    try {
      var factory = java.security.cert.CertificateFactory.getInstance("X.509");
      return List.copyOf(factory.generateCertificates(new ByteArrayInputStream(pem)));
    } catch (GeneralSecurityException e) {
      return List.of();
    }
  }

  private static SSLContext context(PrivateKey key, List<? extends Certificate> chain)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry("registry", key, new char[0], chain.toArray(Certificate[]::new));
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static <T> Outcome<T> wrong(Path file, String expected, String found) {
    return Outcome.refused(
        Code.of("registry-tls"), "file " + file, expected, found, "name the server's PEM files");
  }

  /** Nothing of the key. */
  @Override
  public String toString() {
    return "TlsIdentity[" + certificate + ", " + key + "]";
  }
}
