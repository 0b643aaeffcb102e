package dev.theca.evidence;

import java.util.Set;

/**
 * The attestation keys that are believed to live in TPMs, by the SHA-256 of their
 * SubjectPublicKeyInfo in hex: what enrolment (credential activation, or a vendor's certificate)
 * has found out before.
 */
public record TpmAnchors(String name, Set<String> keys) implements Collateral {
  public TpmAnchors {
    keys = Set.copyOf(keys);
  }
}
