package dev.theca.broker.token;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The operator's signing key and certificate chain in PEM files. Files that change are read again;
 * files that no longer fit each other are left aside with a warning, and the key before stays.
 */
final class KeyFiles {
  private static final System.Logger LOG = System.getLogger(KeyFiles.class.getName());
  private static final long LOOK_EVERY_MILLIS = 1000;
  private static final int MAX_KEY = 16 << 10;

  /** A key that was read, with the header it is announced by. */
  record Loaded(HeldKey held, SigningKey signing) {}

  private final TokenSettings.KeySource.Files files;
  private long nextLook;
  private String seen = "";

  KeyFiles(TokenSettings.KeySource.Files files) {
    this.files = files;
  }

  /** Reads the files; a fault when they do not form a key with its chain. */
  synchronized Loaded load() {
    seen = stamp();
    return read();
  }

  synchronized Optional<Loaded> changed(Instant now) {
    if (now.toEpochMilli() < nextLook) return Optional.empty();
    nextLook = now.toEpochMilli() + LOOK_EVERY_MILLIS;
    String stamp = stamp();
    if (stamp.equals(seen)) return Optional.empty();
    seen = stamp;
    try {
      return Optional.of(read());
    } catch (UncheckedIOException | IllegalStateException e) {
      LOG.log(Level.WARNING, "the new signing key is left aside: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private String stamp() {
    return stamp(files.privateKey()) + " " + stamp(files.chain());
  }

  private static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file);
    } catch (IOException e) {
      return "absent";
    }
  }

  private Loaded read() {
    List<X509Certificate> chain = PemCertificates.read(files.chain());
    if (chain.isEmpty()) throw new IllegalStateException("no certificate in " + files.chain());
    PublicKey leaf = chain.getFirst().getPublicKey();
    var jwk = Jwk.of(leaf).orThrow();
    PrivateKey key = privateKey(files.privateKey());
    byte[] probe = {1, 2, 3};
    boolean p256 = "P-256".equals(jwk.publicJson().string("crv").orElse(""));
    if (!p256 || !EcdsaSigning.verify(leaf, probe, EcdsaSigning.sign(key, probe)))
      throw new IllegalStateException(
          "the first certificate of " + files.chain() + " is not of the P-256 key");
    var held =
        new HeldKey(
            Thumbprint.of(jwk),
            HeldKey.State.OPERATOR,
            header(jwk, chain),
            Instant.EPOCH,
            Instant.EPOCH,
            leaf);
    return new Loaded(held, new SigningKey(held, key));
  }

  private JsonObject header(Jwk jwk, List<X509Certificate> chain) {
    var members = new LinkedHashMap<String, JsonValue>(HeldKey.header(jwk).members());
    var encoded = new ArrayList<String>();
    try {
      for (X509Certificate one : chain)
        encoded.add(Base64.getEncoder().encodeToString(one.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read is not written", e);
    }
    members.put("x5c", JsonArray.strings(encoded));
    if (!files.certificateUrl().isEmpty())
      members.put("x5u", new JsonString(files.certificateUrl()));
    return new JsonObject(members);
  }

  private static PrivateKey privateKey(Path file) {
    try {
      if (Files.size(file) > MAX_KEY) throw new IllegalStateException(file + " is no key");
      try (var pem = Secret.moveFrom(Files.readAllBytes(file))) {
        return pem.lend(KeyFiles::pkcs8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(file + " holds no PKCS#8 key (BEGIN PRIVATE KEY)", e);
    }
  }

  /** Without a text in between, which could not be zeroed. */
  private static PrivateKey pkcs8(byte[] pem) throws GeneralSecurityException {
    int from = after(pem, "-----BEGIN PRIVATE KEY-----");
    int to = after(pem, "-----END PRIVATE KEY-----") - "-----END PRIVATE KEY-----".length();
    if (to < from) throw new GeneralSecurityException("the end comes before the beginning");
    byte[] body = Arrays.copyOfRange(pem, from, to);
    byte[] der = Base64.getMimeDecoder().decode(body);
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } finally {
      Arrays.fill(body, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  private static int after(byte[] bytes, String mark) throws GeneralSecurityException {
    byte[] wanted = mark.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + wanted.length <= bytes.length; i++)
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length))
        return i + wanted.length;
    throw new GeneralSecurityException("no " + mark);
  }
}
