package dev.theca.enclave.handover;

import dev.theca.enclave.EnclaveIdentity;
import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import dev.theca.wire.secret.AesCmac;
import dev.theca.wire.secret.Secret;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A platform in memory that computes real report MACs: a wrong target, another platform or a
 * flipped bit shows.
 */
final class MacPlatform implements TeePlatform {
  private final byte[] secret;
  private final EnclaveIdentity enclave;

  MacPlatform(int platform, int measurement, int signer, int product, long flags) {
    secret = filled(16, platform);
    enclave =
        new EnclaveIdentity(filled(32, measurement), filled(32, signer), product, 3, flags, 3, 0);
  }

  static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private byte[] body(byte[] data) {
    return ReportBytes.body(filled(16, 1), enclave, new byte[64], data);
  }

  private byte[] keyOf(byte[] targetInfo) {
    return AesCmac.mac(secret, targetInfo);
  }

  @Override
  public byte[] targetInfo() {
    return TargetInfo.of(EnclaveReport.read(body(new byte[64]))).bytes();
  }

  @Override
  public byte[] report(byte[] targetInfo, byte[] reportData) {
    byte[] body = body(reportData);
    return ReportBytes.join(body, new byte[32], AesCmac.mac(keyOf(targetInfo), body));
  }

  @Override
  public byte[] quote(byte[] reportData) {
    throw new UnsupportedOperationException("the hand-over needs no quote");
  }

  @Override
  public boolean verifyReport(byte[] report) {
    return MessageDigest.isEqual(
        ReportBytes.mac(report), AesCmac.mac(keyOf(targetInfo()), ReportBytes.body(report)));
  }

  @Override
  public Secret sealKey() {
    return Secret.moveFrom(filled(16, secret[0] + enclave.isvProdId()));
  }

  @Override
  public void retire() {}
}
