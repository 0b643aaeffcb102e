package dev.theca.interop.crypt;

/**
 * Go's PKCS#7 package writes the parameters of AES-GCM as a SEQUENCE without the bit that says so
 * (tag 0x10 for 0x30), which no other reader takes. Seen in what skopeo 1.9.3 writes.
 */
final class GoSequence {
  /** OBJECT IDENTIFIER 2.16.840.1.101.3.4.1, before its last arc. */
  private static final byte[] AES = {0x06, 0x09, 0x60, (byte) 0x86, 0x48, 0x01, 0x65, 3, 4, 1};

  private static final int AES_128_GCM = 6;
  private static final int AES_256_GCM = 46;

  private GoSequence() {}

  static byte[] corrected(byte[] packet) {
    byte[] out = packet.clone();
    for (int at = 0; at + AES.length + 1 < out.length; at++) {
      int end = at + AES.length;
      if (java.util.Arrays.equals(out, at, end, AES, 0, AES.length)
          && (out[end] == AES_128_GCM || out[end] == AES_256_GCM)
          && out[end + 1] == 0x10) {
        out[end + 1] = 0x30;
        return out;
      }
    }
    return out;
  }
}
