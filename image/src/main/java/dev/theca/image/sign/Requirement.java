package dev.theca.image.sign;

import java.util.List;
import java.util.Optional;

/** One demand of a policy; all demands of the chosen list must hold. */
public sealed interface Requirement {
  /** No image is good enough. */
  record Reject() implements Requirement {}

  /** Every image is good enough. */
  record InsecureAcceptAnything() implements Requirement {}

  /** A GPG simple signature by a key of the keyrings. */
  record SignedBy(List<KeyPlace> keyrings, SignedIdentity identity) implements Requirement {
    public SignedBy {
      keyrings = List.copyOf(keyrings);
    }
  }

  /** A sigstore signature by one of the keys, in a log when log keys are named. */
  record SigstoreKeys(List<KeyPlace> keys, List<KeyPlace> rekorKeys, SignedIdentity identity)
      implements Requirement {
    public SigstoreKeys {
      keys = List.copyOf(keys);
      rekorKeys = List.copyOf(rekorKeys);
    }
  }

  /**
   * A sigstore signature under a short-lived certificate. {@code authority} holds CA certificates,
   * or a whole trusted root when {@code trustedRoot} is set; with CA certificates alone there are
   * no keys of certificate logs, and the certificate's own log entry is not asked for.
   */
  record SigstoreKeyless(
      KeyPlace authority,
      boolean trustedRoot,
      List<KeyPlace> rekorKeys,
      SignerRule signer,
      SignedIdentity identity)
      implements Requirement {
    public SigstoreKeyless {
      rekorKeys = List.copyOf(rekorKeys);
    }
  }

  /** What the policy's JSON calls it. */
  default String type() {
    return switch (this) {
      case Reject _ -> "reject";
      case InsecureAcceptAnything _ -> "insecureAcceptAnything";
      case SignedBy _ -> "signedBy";
      case SigstoreKeys _, SigstoreKeyless _ -> "sigstoreSigned";
    };
  }

  /** Key material: by path, or inside the policy. */
  record KeyPlace(Optional<String> path, byte[] data) {
    static KeyPlace at(String path) {
      return new KeyPlace(Optional.of(path), new byte[0]);
    }

    static KeyPlace of(byte[] data) {
      return new KeyPlace(Optional.empty(), data.clone());
    }

    dev.theca.wire.Outcome<byte[]> read(KeyMaterial material) {
      return path.map(material::read).orElseGet(() -> dev.theca.wire.Outcome.granted(data));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof KeyPlace k
          && k.path.equals(path)
          && java.util.Arrays.equals(k.data, data);
    }

    @Override
    public int hashCode() {
      return path.hashCode() * 31 + java.util.Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return path.orElse("key data of " + data.length + " bytes");
    }
  }
}
