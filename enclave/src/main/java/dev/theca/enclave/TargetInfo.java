package dev.theca.enclave;

import dev.theca.evidence.EnclaveReport;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whom a report is for (SGX {@code sgx_target_info_t}, 512 bytes): the values that select the
 * target's report key.
 */
public record TargetInfo(
    byte[] mrEnclave, byte[] attributes, byte[] configSvn, byte[] miscSelect, byte[] configId) {
  public static final int SIZE = 512;

  /** Reads 512 bytes; empty when the size or a reserved byte is wrong. */
  public static Optional<TargetInfo> parse(byte[] bytes) {
    if (bytes.length != SIZE) return Optional.empty();
    for (int i = 48; i < SIZE; i++) {
      boolean reserved = i == 48 || i == 49 || i >= 56 && i < 64 || i >= 128;
      if (reserved && bytes[i] != 0) return Optional.empty();
    }
    return Optional.of(
        new TargetInfo(
            Arrays.copyOfRange(bytes, 0, 32),
            Arrays.copyOfRange(bytes, 32, 48),
            Arrays.copyOfRange(bytes, 50, 52),
            Arrays.copyOfRange(bytes, 52, 56),
            Arrays.copyOfRange(bytes, 64, 128)));
  }

  /** The target that a report's enclave is. */
  public static TargetInfo of(EnclaveReport report) {
    byte[] svn = {(byte) report.configSvn(), (byte) (report.configSvn() >> 8)};
    return new TargetInfo(
        report.mrEnclave(), report.attributes(), svn, report.miscSelect(), report.configId());
  }

  public byte[] bytes() {
    byte[] out = new byte[SIZE];
    System.arraycopy(mrEnclave, 0, out, 0, 32);
    System.arraycopy(attributes, 0, out, 32, 16);
    System.arraycopy(configSvn, 0, out, 50, 2);
    System.arraycopy(miscSelect, 0, out, 52, 4);
    System.arraycopy(configId, 0, out, 64, 64);
    return out;
  }
}
