package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Keys that a token brings with a certificate chain ({@code jwk} with {@code x5c}), believed when
 * the leaf is of that key and chains, in any order, to a certificate of the trusted files (RFC 5280
 * path validation, dates included, without revocation lists). All certificates of the files are
 * anchors.
 */
final class CertificateTrust {
  private static final int MAX_CHAIN = 10;

  private final List<X509Certificate> anchors;

  CertificateTrust(List<Path> files) {
    anchors = files.stream().flatMap(file -> PemCertificates.read(file).stream()).toList();
  }

  boolean isEmpty() {
    return anchors.isEmpty();
  }

  Outcome<TrustedKey> key(JsonObject jwk, Instant now) {
    var entries = jwk.strings("x5c").orElse(List.of());
    if (entries.isEmpty() || entries.size() > MAX_CHAIN)
      return refused("a jwk with 1 to " + MAX_CHAIN + " certificates (x5c)", entries.size() + "");
    var chain = new ArrayList<X509Certificate>();
    for (String entry : entries) {
      var one = certificate(entry);
      if (one.isEmpty()) return refused("certificates in base64 DER", "other text");
      chain.add(one.get());
    }
    return TrustedKey.foreign(jwk)
        .then(
            key -> {
              if (!sameKey(chain.getFirst(), key))
                return refused("a leaf certificate of the key", "one of another key");
              return isTrusted(chain, now)
                  ? Outcome.granted(key)
                  : refused("a chain to a trusted certificate, valid now", "none");
            });
  }

  private static boolean sameKey(X509Certificate leaf, TrustedKey key) {
    return Arrays.equals(leaf.getPublicKey().getEncoded(), key.key().getEncoded());
  }

  private static Optional<X509Certificate> certificate(String entry) {
    String text = entry.replace("\n", "").replace("\r", "");
    for (var decoder : List.of(Base64.getDecoder(), Base64.getUrlDecoder())) {
      try {
        return Optional.of(PemCertificates.parse(decoder.decode(text)));
      } catch (CertificateException | IllegalArgumentException e) {
        continue;
      }
    }
    return Optional.empty();
  }

  private boolean isTrusted(List<X509Certificate> chain, Instant now) {
    var leaf = chain.getFirst();
    var date = Date.from(now);
    try {
      if (anchors.contains(leaf)) {
        leaf.checkValidity(date);
        return true;
      }
      var valid = new HashSet<TrustAnchor>();
      for (X509Certificate anchor : anchors)
        if (!date.before(anchor.getNotBefore()) && !date.after(anchor.getNotAfter()))
          valid.add(new TrustAnchor(anchor, null));
      if (valid.isEmpty()) return false;
      var target = new X509CertSelector();
      target.setCertificate(leaf);
      var parameters = new PKIXBuilderParameters(valid, target);
      parameters.setRevocationEnabled(false);
      parameters.setDate(date);
      parameters.setMaxPathLength(MAX_CHAIN);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      var unused = CertPathBuilder.getInstance("PKIX").build(parameters);
      return true;
    } catch (CertPathBuilderException | CertificateException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot validate certificate paths", e);
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return TokenCode.TOKEN_CERTIFICATE.refused(
        expected, found, "add the issuer's root to trusted_certs_paths, or ask it for its chain");
  }
}
