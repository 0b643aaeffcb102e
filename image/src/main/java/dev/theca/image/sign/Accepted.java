package dev.theca.image.sign;

import dev.theca.wire.Digest;
import java.util.List;

/**
 * Why an image was accepted, for the audit: the scope that supplied the requirements, and what held
 * for each. An image under {@code insecureAcceptAnything} is here as well, without any signature.
 *
 * @param scope {@code docker:registry.example/app}, or {@code default}
 */
public record Accepted(ImageName image, String scope, List<Held> held) {
  public Accepted {
    held = List.copyOf(held);
  }

  /** Whether some signature was asked for and held. */
  public boolean signed() {
    return held.stream().anyMatch(h -> h instanceof Held.Signature);
  }

  /** What met one requirement. */
  public sealed interface Held {
    /** {@code insecureAcceptAnything}. */
    record Anything() implements Held {}

    /**
     * A signature.
     *
     * @param requirement the type of the requirement that it met
     * @param place where it was found
     * @param fingerprint of the key: SHA-256 of its SubjectPublicKeyInfo, or OpenPGP's
     * @param signer the certificate's identity; empty for plain keys
     * @param name the reference that the signature carries; empty when it carries none
     * @param digest what it is about
     */
    record Signature(
        String requirement,
        String place,
        String fingerprint,
        String signer,
        String name,
        Digest digest)
        implements Held {}
  }
}
