package dev.theca.broker.token;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Whose tokens are believed besides this broker's own (section {@code attestation_token} of the
 * reference's configuration).
 *
 * @param jwkSets JWK sets by {@code file://} or {@code https://}, or issuers to discover them from
 * @param certificates PEM files whose certificates are all anchors for {@code x5c} chains
 * @param insecureHeaderJwk believes any key that a token brings: for tests only
 * @param issuers one of which {@code iss} must be; empty: any
 * @param audiences one of which {@code aud} must name; empty: any
 */
public record Trust(
    List<URI> jwkSets,
    List<Path> certificates,
    boolean insecureHeaderJwk,
    List<String> issuers,
    List<String> audiences) {
  public Trust {
    jwkSets = List.copyOf(jwkSets);
    certificates = List.copyOf(certificates);
    issuers = List.copyOf(issuers);
    audiences = List.copyOf(audiences);
    for (URI set : jwkSets) {
      String scheme = String.valueOf(set.getScheme());
      if (!scheme.equals("https") && !scheme.equals("file"))
        throw new IllegalArgumentException("a JWK set comes by https or file, not by " + scheme);
      // file://etc/keys names a host: better now than at each token
      if (scheme.equals("file") && !Path.of(set).isAbsolute())
        throw new IllegalArgumentException("a file is named as file:///PATH");
    }
  }

  /** Only this broker's own tokens. */
  public static Trust ownOnly() {
    return new Trust(List.of(), List.of(), false, List.of(), List.of());
  }
}
