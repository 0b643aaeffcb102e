package dev.theca.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The body of an SGX report, 384 bytes little-endian ({@code sgx_report_body_t}). Holding one says
 * nothing about whether it is believable.
 */
public record EnclaveReport(
    byte[] cpuSvn,
    byte[] miscSelect,
    byte[] attributes,
    byte[] mrEnclave,
    byte[] mrSigner,
    byte[] configId,
    int isvProdId,
    int isvSvn,
    int configSvn,
    byte[] reportData) {
  public static final int SIZE = 384;
  private static final long DEBUG = 0x2;
  private static final long INIT = 0x1;
  private static final long MODE64BIT = 0x4;

  /** INIT, DEBUG, MODE64BIT, PROVISION_KEY, EINITTOKEN_KEY, KSS, AEX_NOTIFY. */
  private static final long KNOWN = 0x1 | 0x2 | 0x4 | 0x10 | 0x20 | 0x80 | 0x400;

  /** Reads 384 bytes; the caller has checked the size. */
  public static EnclaveReport read(byte[] body) {
    if (body.length != SIZE)
      throw new IllegalArgumentException("a report body has 384 bytes, not " + body.length);
    var in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    return new EnclaveReport(
        Arrays.copyOfRange(body, 0, 16),
        Arrays.copyOfRange(body, 16, 20),
        Arrays.copyOfRange(body, 48, 64),
        Arrays.copyOfRange(body, 64, 96),
        Arrays.copyOfRange(body, 128, 160),
        Arrays.copyOfRange(body, 192, 256),
        Short.toUnsignedInt(in.getShort(256)),
        Short.toUnsignedInt(in.getShort(258)),
        Short.toUnsignedInt(in.getShort(260)),
        Arrays.copyOfRange(body, 320, 384));
  }

  /** ATTRIBUTES.FLAGS, bits. */
  public long flags() {
    return ByteBuffer.wrap(attributes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Whether the enclave is open to a debugger. */
  public boolean debug() {
    return (flags() & DEBUG) != 0;
  }

  /** Whether EINIT has completed. */
  public boolean initialised() {
    return (flags() & INIT) != 0;
  }

  /** INIT's companions: no reserved attribute bit, and 64-bit mode. */
  public boolean plausible() {
    return (flags() & ~KNOWN) == 0 && (flags() & MODE64BIT) != 0;
  }
}
