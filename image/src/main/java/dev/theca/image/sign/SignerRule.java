package dev.theca.image.sign;

import java.util.regex.Pattern;

/**
 * Who may sign with a certificate: the exact issuer of the identity, and the subject: exact, or a
 * pattern over the whole of it. Comparison is by code point, without case folding or normalisation:
 * look-alikes are somebody else.
 */
public sealed interface SignerRule {
  String issuer();

  record Email(String issuer, String email) implements SignerRule {}

  record Uri(String issuer, String uri) implements SignerRule {}

  /** Ours; must match the whole subject, address or URI. */
  record Matching(String issuer, Pattern subject) implements SignerRule {}

  default boolean accepts(CertificateIdentity found) {
    if (!found.issuer().equals(issuer())) return false;
    return switch (this) {
      case Email(_, var email) -> found.emails().contains(email);
      case Uri(_, var uri) -> found.uris().contains(uri);
      case Matching(_, var subject) ->
          found.all().stream().anyMatch(text -> subject.matcher(text).matches());
    };
  }

  default String shown() {
    return switch (this) {
      case Email(_, var email) -> email + " (" + issuer() + ")";
      case Uri(_, var uri) -> uri + " (" + issuer() + ")";
      case Matching(_, var subject) -> "/" + subject + "/ (" + issuer() + ")";
    };
  }
}
