package dev.theca.evidence;

import dev.theca.wire.Digest;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The root keys that may vouch, each by name and by the SHA-256 of its SubjectPublicKeyInfo. Trust
 * rests on keys, never on names in certificates. The name says what kind of root it is: {@code
 * intel} is hardware; {@code sim:...} is a simulated platform, and everything below it is
 * simulated.
 */
public record TrustRoots(Map<String, String> fingerprints) {
  /** SPKI of the Intel SGX Root CA key. */
  public static final String INTEL_SPKI = IntelRoot.SPKI_SHA256;

  public TrustRoots {
    fingerprints = Map.copyOf(fingerprints);
  }

  /** Intel's root alone. */
  public static TrustRoots intel() {
    return new TrustRoots(Map.of("intel", INTEL_SPKI));
  }

  public TrustRoots with(String name, PublicKey key) {
    if (!name.matches("sim:[a-z0-9][a-z0-9-]{0,62}"))
      throw new IllegalArgumentException("a simulated root is named sim:<name>, not " + name);
    var all = new TreeMap<>(fingerprints);
    all.put(name, fingerprint(key));
    return new TrustRoots(all);
  }

  public static String fingerprint(PublicKey key) {
    return Digest.sha256(key.getEncoded()).hex();
  }

  Optional<String> nameOf(PublicKey key) {
    String wanted = fingerprint(key);
    return fingerprints.entrySet().stream()
        .filter(e -> e.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  Set<String> names() {
    return new java.util.TreeSet<>(fingerprints.keySet());
  }

  /** Whether a root of this name stands for hardware. */
  public static boolean isHardware(String name) {
    return name.equals("intel");
  }
}
