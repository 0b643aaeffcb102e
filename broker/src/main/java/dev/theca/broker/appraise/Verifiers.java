package dev.theca.broker.appraise;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verifier;

/**
 * Chooses the arithmetic of a verifier that lives long. The accelerated provider needs the same
 * time for any key; evidence's own arithmetic keeps up with it on the few platforms whose keys it
 * has tables of, and falls behind on many.
 */
public final class Verifiers {
  private Verifiers() {}

  /** With Amazon Corretto's provider where its native library loads, else with our own. */
  public static Verifier of(TrustRoots roots) {
    var provider = AmazonCorrettoCryptoProvider.INSTANCE;
    return provider.getLoadingError() == null ? Verifier.of(roots, provider) : Verifier.of(roots);
  }
}
