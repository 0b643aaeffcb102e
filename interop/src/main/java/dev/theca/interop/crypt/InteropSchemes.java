package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.DecryptionKeyScheme;
import dev.theca.image.crypt.KeyFile;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.crypt.RecipientScheme;
import dev.theca.image.crypt.SecretFile;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** What {@code interop} adds to the command-line forms of {@code image.crypt}. */
public final class InteropSchemes {
  private static final int MAX_FILE = 256 << 10;
  private static final String PGP_PEM = "-----BEGIN PGP";

  private InteropSchemes() {}

  /** {@code pkcs7:}, {@code pgp:}, {@code pkcs11:} and {@code provider:} of the configuration. */
  public static List<RecipientScheme> recipients(KeyProviderConfig providers, InstantSource clock) {
    return List.of(
        scheme("pkcs7:", "CERTIFICATE", file -> read(file, InteropSchemes::certificate)),
        scheme(
            "pgp:",
            "MAIL",
            name -> PgpKeyring.ofGpg(clock).then(ring -> ring.recipients(name)).map(List::of)),
        scheme("pkcs11:", "FILE", file -> read(file, InteropSchemes::token)),
        scheme(
            "provider:",
            "NAME[:PARAMETERS]",
            text ->
                provider(text, providers)
                    .map(p -> List.of(new ProviderWrap(p.name, p.way, p.parameters)))));
  }

  private static RecipientScheme scheme(
      String prefix, String rest, Function<String, Outcome<List<KeyWrap>>> parse) {
    return new RecipientScheme() {
      @Override
      public String form() {
        return prefix + rest;
      }

      @Override
      public boolean takes(String text) {
        return text.startsWith(prefix);
      }

      @Override
      public Outcome<List<KeyWrap>> recipients(String text) {
        return parse.apply(text.substring(prefix.length()));
      }
    };
  }

  private static Outcome<List<KeyWrap>> read(
      String file, Function<Secret, Outcome<KeyWrap>> parse) {
    return SecretFile.read(Path.of(file), MAX_FILE)
        .then(
            content -> {
              try (content) {
                return parse.apply(content).map(List::of);
              }
            });
  }

  private static Outcome<KeyWrap> certificate(Secret file) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var found =
          file.<java.security.cert.Certificate, CertificateException>lend(
              bytes -> factory.generateCertificate(new ByteArrayInputStream(bytes)));
      if (found instanceof X509Certificate certificate
          && certificate.getPublicKey() instanceof RSAPublicKey)
        return Outcome.granted(new Pkcs7Wrap(certificate));
    } catch (CertificateException e) {
      return Pkcs11Uri.bad("a certificate", "something else");
    }
    return Pkcs11Uri.bad("a certificate with an RSA key", "one with another key");
  }

  /** A public key in a file, or the description of one in a token. */
  private static Outcome<KeyWrap> token(Secret file) {
    if (file.lend(KeyFile::publicKey) instanceof Outcome.Granted<dev.theca.wire.jose.Jwk>(var key)
        && key.publicKey() instanceof RSAPublicKey rsa) return Outcome.granted(new Pkcs11Wrap(rsa));
    try (var none = Secret.moveFrom(new byte[0])) {
      return Pkcs11KeyFile.parse(file, System.getenv())
          .then(uri -> Pkcs11Token.open(uri, none))
          .map(token -> new Pkcs11Wrap(token.publicKey()));
    }
  }

  /** {@code provider:} of the configuration. */
  public static List<DecryptionKeyScheme> keys(KeyProviderConfig providers) {
    return List.of(
        new DecryptionKeyScheme() {
          @Override
          public String form() {
            return "provider:NAME[:PARAMETERS]";
          }

          @Override
          public boolean takes(String text) {
            return text.startsWith("provider:");
          }

          @Override
          public Outcome<List<KeyUnwrap>> keys(String text) {
            return provider(text.substring("provider:".length()), providers)
                .map(p -> List.of(new ProviderUnwrap(p.name, p.way, p.parameters)));
          }
        });
  }

  /**
   * Key files: RSA keys for PKCS#7, secret keyrings, descriptions of keys in tokens. None is loaded
   * before a file comes to it: opening BouncyCastle's signed jars takes a tenth of a second.
   */
  public static List<KeyFileReader> files() {
    return List.of(
        InteropSchemes::pkcs7,
        InteropSchemes::pgp,
        (file, password) -> Pkcs11Unwrap.files().read(file, password));
  }

  private static Outcome<List<KeyUnwrap>> pgp(Secret file, Secret password) {
    return file.lend(InteropSchemes::isOtherPem)
        ? CryptCode.KEY_FILE.refuse(
            "OpenPGP keyring",
            "exported secret keys",
            "PEM of another kind",
            "export it with gpg --export-secret-keys")
        : PgpUnwrap.files().read(file, password);
  }

  private static boolean isOtherPem(byte[] file) {
    var start =
        new String(file, 0, Math.min(file.length, PGP_PEM.length()), StandardCharsets.US_ASCII);
    return start.startsWith("-----BEGIN ") && !start.equals(PGP_PEM);
  }

  private static Outcome<List<KeyUnwrap>> pkcs7(Secret file, Secret password) {
    return KeyFile.privateKey(file, password)
        .then(
            key ->
                key.privateKey().orElseThrow() instanceof RSAPrivateKey rsa
                    ? Outcome.granted(List.of(new Pkcs7Unwrap(rsa)))
                    : Pkcs11Uri.bad("an RSA key", "an EC key, which opens no PKCS#7 packet"));
  }

  private record Named(String name, KeyProviderConfig.Way way, List<String> parameters) {}

  private static Outcome<Named> provider(String text, KeyProviderConfig providers) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    var way = providers.providers().get(name);
    if (way == null)
      return CryptCode.RECIPIENT.refuse(
          "key provider '" + name + "'",
          "one of " + providers.providers().keySet(),
          "not configured",
          "name it in the file behind OCICRYPT_KEYPROVIDER_CONFIG");
    // Go gives a provider an empty parameter when there is none
    return Outcome.granted(
        new Named(name, way, List.of(colon < 0 ? "" : text.substring(colon + 1))));
  }
}
