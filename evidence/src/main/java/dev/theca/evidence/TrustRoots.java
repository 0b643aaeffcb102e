package dev.theca.evidence;

import dev.theca.wire.Digest;
import dev.theca.wire.x509.Certificate;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The root keys that may vouch, each by name and by the SHA-256 of its SubjectPublicKeyInfo. Trust
 * rests on keys, never on certificates or on names in them: Intel's root, for one, exists in two
 * certificates over one key. The name says what kind of root it is: {@code sim:...} is a simulated
 * platform, and everything below it is simulated; the vendors' names are hardware.
 */
public record TrustRoots(Map<String, String> fingerprints) {
  public static final String INTEL = "intel";

  /** SPKI of the Intel SGX Root CA key. */
  public static final String INTEL_SPKI =
      "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e";

  /** The roots of the vendors whose hardware is known here. */
  private static final Map<String, String> VENDORS =
      Map.of(
          INTEL,
          INTEL_SPKI,
          "amd-milan",
          "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9",
          "amd-genoa",
          "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831",
          "amd-turin",
          "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08",
          "nvidia",
          "a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4",
          "hygon",
          "296efa97580464aca0ab5eefe42199ee05862182508d1629f29cf4dc175b10cd",
          "aws-nitro",
          "f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225");

  public TrustRoots {
    fingerprints = Map.copyOf(fingerprints);
  }

  /** Intel's root alone. */
  public static TrustRoots intel() {
    return new TrustRoots(Map.of(INTEL, INTEL_SPKI));
  }

  /** The roots of every vendor known here. */
  public static TrustRoots vendors() {
    return new TrustRoots(VENDORS);
  }

  /** One more simulated root, by its key. */
  public TrustRoots with(String name, PublicKey key) {
    return with(name, key.getEncoded());
  }

  /** One more simulated root, by its SubjectPublicKeyInfo in DER; Hygon's by the whole file. */
  public TrustRoots with(String name, byte[] spki) {
    if (!name.matches("sim:[a-z0-9][a-z0-9-]{0,62}"))
      throw new IllegalArgumentException("a simulated root is named sim:<name>, not " + name);
    var all = new TreeMap<>(fingerprints);
    all.put(name, Digest.sha256(spki).hex());
    return new TrustRoots(all);
  }

  /** SHA-256 of the key's SubjectPublicKeyInfo, hex. */
  public static String fingerprint(PublicKey key) {
    return Digest.sha256(key.getEncoded()).hex();
  }

  /** SHA-256 of the certificate's SubjectPublicKeyInfo, hex. */
  public static String fingerprint(Certificate certificate) {
    return Digest.sha256(certificate.spki()).hex();
  }

  /** The name under which this certificate's key is trusted. */
  public Optional<String> nameOf(Certificate certificate) {
    return named(fingerprint(certificate));
  }

  /** The name under which a root in a form of its own is trusted, by the hash of its bytes. */
  public Optional<String> nameOf(byte[] root) {
    return named(Digest.sha256(root).hex());
  }

  private Optional<String> named(String wanted) {
    return fingerprints.entrySet().stream()
        .filter(e -> e.getValue().equals(wanted))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The names of all roots, sorted. */
  public Set<String> names() {
    return new java.util.TreeSet<>(fingerprints.keySet());
  }

  /** Whether a root of this name stands for hardware. */
  public static boolean isHardware(String name) {
    return VENDORS.containsKey(name);
  }
}
