package dev.theca.evidence;

import dev.theca.wire.x509.PublicKeyInfo;
import java.util.List;
import java.util.Optional;

/**
 * An Arm CCA attestation token: a platform token and a realm token (Arm RMM specification, "CCA
 * attestation token"; draft-ffm-rats-cca-token). Parsed, not verified.
 *
 * @param platformToken COSE_Sign1 as it came
 * @param realmToken COSE_Sign1 as it came
 */
public record CcaToken(byte[] platformToken, byte[] realmToken, Platform platform, Realm realm)
    implements Evidence {
  /**
   * What the platform says.
   *
   * @param challenge the hash of the realm's key, which links the two tokens
   * @param instanceId a UEID of 33 bytes
   */
  public record Platform(
      String profile,
      byte[] challenge,
      byte[] implementationId,
      byte[] instanceId,
      byte[] config,
      int lifecycle,
      List<Component> components,
      String hashAlgorithm,
      Optional<String> serviceIndicator) {
    public Platform {
      components = List.copyOf(components);
    }

    /** In the states 0x3000 to 0x30FF nothing of the platform is open to a debugger. */
    public boolean secured() {
      return lifecycle >= 0x3000 && lifecycle <= 0x30FF;
    }
  }

  /** A measured part of the platform's firmware. */
  public record Component(
      Optional<String> type, byte[] measurement, Optional<String> version, byte[] signer) {}

  /**
   * What the realm says.
   *
   * @param challenge 64 bytes from the caller
   * @param publicKeyClaim the claim's bytes, which the platform's challenge hashes
   */
  public record Realm(
      byte[] challenge,
      byte[] personalization,
      byte[] initialMeasurement,
      List<byte[]> extensible,
      String hashAlgorithm,
      byte[] publicKeyClaim,
      PublicKeyInfo.Ec publicKey,
      String publicKeyHash) {
    public Realm {
      extensible = List.copyOf(extensible);
    }
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.CCA;
  }
}
