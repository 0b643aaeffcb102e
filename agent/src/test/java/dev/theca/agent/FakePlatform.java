package dev.theca.agent;

import dev.theca.enclave.EnclaveIdentity;
import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import dev.theca.wire.secret.AesCmac;
import dev.theca.wire.secret.Secret;
import java.security.MessageDigest;
import java.util.Arrays;

/** A platform in memory: real report MACs, and a seal key for each product. */
final class FakePlatform implements TeePlatform {
  static final PeerIdentity AGENTS = new PeerIdentity(filled(32, 20), 1, 1);
  static final PeerIdentity APPS = new PeerIdentity(filled(32, 20), 2, 1);

  private final byte[] secret;
  private final EnclaveIdentity enclave;

  private FakePlatform(int machine, int measurement, int product) {
    secret = filled(16, machine);
    enclave = new EnclaveIdentity(filled(32, measurement), filled(32, 20), product, 1, 0x85, 3, 0);
  }

  static FakePlatform agent(int machine) {
    return new FakePlatform(machine, 10, 1);
  }

  static FakePlatform app(int machine) {
    return new FakePlatform(machine, 11, 2);
  }

  static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private byte[] body(byte[] data) {
    return ReportBytes.body(filled(16, 1), enclave, new byte[64], data);
  }

  @Override
  public byte[] targetInfo() {
    return TargetInfo.of(EnclaveReport.read(body(new byte[64]))).bytes();
  }

  @Override
  public byte[] report(byte[] targetInfo, byte[] reportData) {
    byte[] body = body(reportData);
    byte[] key = AesCmac.mac(secret, targetInfo);
    return ReportBytes.join(body, new byte[32], AesCmac.mac(key, body));
  }

  @Override
  public byte[] quote(byte[] reportData) {
    return new byte[] {1}; // for brokers that believe everything
  }

  @Override
  public boolean verifyReport(byte[] report) {
    byte[] key = AesCmac.mac(secret, targetInfo());
    return MessageDigest.isEqual(
        ReportBytes.mac(report), AesCmac.mac(key, ReportBytes.body(report)));
  }

  @Override
  public Secret sealKey() {
    return Secret.moveFrom(AesCmac.mac(secret, filled(16, enclave.isvProdId())));
  }

  @Override
  public void retire() {}
}
