package dev.theca.image.sign;

import dev.theca.wire.Outcome;

/**
 * Where the keys, certificates and trusted roots that a policy names by path are read: {@code
 * kbs:///...} in an enclave, files on the owner's side. Public material only.
 */
@FunctionalInterface
public interface KeyMaterial {
  /** More is no key: a keyring of a distribution has some hundred KiB. */
  int MAX_BYTES = 1 << 20;

  /** The bytes at a path; refused when there are none, or more than {@link #MAX_BYTES}. */
  Outcome<byte[]> read(String path);

  /** For policies that carry their keys inside. */
  static KeyMaterial none() {
    return path ->
        SignCode.KEY.refused(
            "key " + SignCode.shown(path),
            "a key that is written into the policy",
            "a path, and no paths are read here",
            "write the key into the policy as keyData");
  }
}
