package dev.theca.evidence.csv;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The SM3 hash (GB/T 32905-2016), which the JDK lacks. */
final class Sm3 {
  private static final int[] START = {
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E
  };

  private Sm3() {}

  static byte[] hash(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
    var padded = ByteBuffer.allocate((length + 9 + 63) / 64 * 64);
    for (byte[] part : parts) padded.put(part);
    padded.put((byte) 0x80).putLong(padded.capacity() - 8, 8L * length).rewind();
    int[] v = START.clone();
    int[] w = new int[68];
    while (padded.hasRemaining()) {
      for (int i = 0; i < 16; i++) w[i] = padded.getInt();
      for (int i = 16; i < 68; i++)
        w[i] =
            p1(w[i - 16] ^ w[i - 9] ^ Integer.rotateLeft(w[i - 3], 15))
                ^ Integer.rotateLeft(w[i - 13], 7)
                ^ w[i - 6];
      compress(v, w);
    }
    var out = ByteBuffer.allocate(32);
    for (int word : v) out.putInt(word);
    return out.array();
  }

  private static int p1(int x) {
    return x ^ Integer.rotateLeft(x, 15) ^ Integer.rotateLeft(x, 23);
  }

  private static void compress(int[] v, int[] w) {
    int a = v[0];
    int b = v[1];
    int c = v[2];
    int d = v[3];
    int e = v[4];
    int f = v[5];
    int g = v[6];
    int h = v[7];
    for (int j = 0; j < 64; j++) {
      int t = j < 16 ? 0x79CC4519 : 0x7A879D8A;
      int ss1 =
          Integer.rotateLeft(Integer.rotateLeft(a, 12) + e + Integer.rotateLeft(t, j % 32), 7);
      int ff = j < 16 ? a ^ b ^ c : a & b | a & c | b & c;
      int gg = j < 16 ? e ^ f ^ g : e & f | ~e & g;
      int tt1 = ff + d + (ss1 ^ Integer.rotateLeft(a, 12)) + (w[j] ^ w[j + 4]);
      int tt2 = gg + h + ss1 + w[j];
      d = c;
      c = Integer.rotateLeft(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = Integer.rotateLeft(f, 19);
      f = e;
      e = tt2 ^ Integer.rotateLeft(tt2, 9) ^ Integer.rotateLeft(tt2, 17);
    }
    int[] now = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++) v[i] ^= now[i];
  }
}
