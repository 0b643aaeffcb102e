package dev.theca.evidence;

import java.security.PrivateKey;
import java.util.Set;

/**
 * What a verifier of IBM Secure Execution knows: its own RSA key, to which it encrypted each
 * request's secrets, so that it keeps no state; and the images it expects. The host key documents
 * behind a request were verified when the request was made: see {@link SeRequest}.
 *
 * @param name of this configuration, as the appraisal will call its root
 * @param imageTags accepted tags of image headers, 32 hex digits each
 * @param hostKeys accepted hashes of the public host keys of image and attestation, 64 hex digits
 */
public record SeHost(String name, PrivateKey key, Set<String> imageTags, Set<String> hostKeys)
    implements Collateral {
  public SeHost {
    imageTags = Set.copyOf(imageTags);
    hostKeys = Set.copyOf(hostKeys);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "SeHost[" + name + ", " + imageTags.size() + " images]";
  }
}
