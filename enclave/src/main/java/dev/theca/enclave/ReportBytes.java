package dev.theca.enclave;

import dev.theca.evidence.EnclaveReport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A REPORT as bytes, 432: body 384, key id 32, MAC 16 over the body (SGX {@code sgx_report_t}). */
public final class ReportBytes {
  public static final int SIZE = 432;

  private ReportBytes() {}

  public static byte[] body(byte[] report) {
    return Arrays.copyOf(report, EnclaveReport.SIZE);
  }

  public static byte[] keyId(byte[] report) {
    return Arrays.copyOfRange(report, 384, 416);
  }

  public static byte[] mac(byte[] report) {
    return Arrays.copyOfRange(report, 416, 432);
  }

  public static byte[] join(byte[] body, byte[] keyId, byte[] mac) {
    return ByteBuffer.allocate(SIZE).put(body).put(keyId).put(mac).array();
  }

  /** Writes the body of an enclave's report. */
  public static byte[] body(
      byte[] cpuSvn, EnclaveIdentity enclave, byte[] configId, byte[] reportData) {
    var out = ByteBuffer.allocate(EnclaveReport.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, cpuSvn).putInt(16, enclave.miscSelect());
    out.putLong(48, enclave.flags()).putLong(56, enclave.xfrm());
    out.put(64, enclave.mrEnclave()).put(128, enclave.mrSigner()).put(192, configId);
    out.putShort(256, (short) enclave.isvProdId()).putShort(258, (short) enclave.isvSvn());
    return out.put(320, reportData).array();
  }
}
