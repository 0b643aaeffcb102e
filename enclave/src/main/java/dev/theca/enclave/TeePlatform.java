package dev.theca.enclave;

import dev.theca.evidence.EnclaveReport;
import dev.theca.wire.secret.Secret;

/**
 * What an enclave asks of the platform it runs on. Values are SGX structures as bytes. Asking fails
 * with a fault when the platform is gone, or after {@link #retire}.
 */
public interface TeePlatform {
  /** TARGETINFO of this enclave, 512 bytes. */
  byte[] targetInfo();

  /** A REPORT of 432 bytes over 64 bytes of data, for the enclave that a TARGETINFO names. */
  byte[] report(byte[] targetInfo, byte[] reportData);

  /** A quote over 64 bytes of data, for anybody. */
  byte[] quote(byte[] reportData);

  /** Whether a REPORT was made on this platform, for this enclave, and is unchanged. */
  boolean verifyReport(byte[] report);

  /**
   * The key of this enclave's signer and product on this platform, 16 bytes: the same at every
   * start and in every copy, so it never encrypts anything itself. The caller closes it.
   */
  @SuppressWarnings("exports") // a room that may not hold a key cannot name what this returns
  Secret sealKey();

  /** Gives up this enclave's identity for good. */
  void retire();

  /** Who this enclave is, by its own report. */
  default EnclaveReport self() {
    return EnclaveReport.read(ReportBytes.body(report(targetInfo(), new byte[64])));
  }
}
