package dev.theca.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A Hygon CSV attestation report of version 1, 2548 bytes used of 4096, little-endian. Parsed, not
 * verified. Bytes 0 to 187 travel masked with a nonce, and the signature covers them so: the mask
 * is taken off for reading only.
 */
public final class CsvReport implements Evidence {
  private static final int MASKED = 188;
  private static final int SIGNED = 180;
  private static final int PEK = 336;

  private final byte[] raw;
  private final byte[] plain;

  /** For readers, which have checked the size. */
  public CsvReport(byte[] raw) {
    this.raw = raw.clone();
    this.plain = raw.clone();
    for (int i = 0; i < MASKED; i++) plain[i] ^= raw[MASKED + i % 4];
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.CSV;
  }

  private byte[] part(int from, int size) {
    return Arrays.copyOfRange(plain, from, from + size);
  }

  private int u32(int at) {
    return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** As delivered, masked. */
  public byte[] signedBytes() {
    return Arrays.copyOf(raw, SIGNED);
  }

  /** SM3 of the owner's key, 32 bytes. */
  public byte[] userPublicKeyDigest() {
    return part(0, 32);
  }

  /** The guest's id, 16 bytes. */
  public byte[] vmId() {
    return part(32, 16);
  }

  /** The guest's version, 16 bytes. */
  public byte[] vmVersion() {
    return part(48, 16);
  }

  /** 64 bytes from the guest. */
  public byte[] reportData() {
    return part(64, 64);
  }

  /** The nonce that masks the fields, 16 bytes. */
  public byte[] nonce() {
    return part(128, 16);
  }

  /** SM3 of the guest at launch. */
  public byte[] measure() {
    return part(144, 32);
  }

  /** The guest policy, bits. */
  public int policy() {
    return u32(176);
  }

  /** Whether the guest may be debugged: bit 0 of the policy forbids it. */
  public boolean debugAllowed() {
    return (policy() & 1) == 0;
  }

  /** r and s, 32 bytes each, big-endian. */
  public byte[] signature() {
    byte[] out = new byte[64];
    for (int i = 0; i < 32; i++) {
      out[i] = raw[192 + 31 - i];
      out[32 + i] = raw[264 + 31 - i];
    }
    return out;
  }

  /** Whether the fields of r and s hold nothing beyond 32 bytes. */
  public boolean signatureFits() {
    for (int i = 32; i < 72; i++) if (raw[192 + i] != 0 || raw[264 + i] != 0) return false;
    return true;
  }

  /** The platform's endorsement key certificate, 2084 bytes in Hygon's own form. */
  public byte[] pek() {
    return part(PEK, 2084);
  }

  /** The chip's serial number, 64 bytes. */
  public byte[] serial() {
    return part(2420, 64);
  }
}
