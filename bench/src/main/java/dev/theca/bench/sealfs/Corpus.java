package dev.theca.bench.sealfs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * A root like Debian's as one plain archive: 9,680 files (most below 8 KiB, some of many MiB),
 * 1,015 folders, 1,301 symbolic and 4 hard links; 396 MB by default. Content is pieces of the JDK's
 * own image. Equal arguments give equal bytes with equal JDKs.
 */
final class Corpus {
  private static final int FILES = 9_680;
  private static final int FOLDERS = 1_015;
  private static final int SYMLINKS = 1_301;
  private static final int LINKS = 4;
  private static final int BLOCK = 512;

  private final OutputStream out;
  private final Random random = new Random(7);

  private Corpus(OutputStream out) {
    this.out = out;
  }

  static void write(Path file, int megabytes) throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      new Corpus(out).write(megabytes * 1_000_000L);
    }
  }

  private void write(long total) throws IOException {
    long[] sizes = sizes(total - (long) (FILES + FOLDERS + SYMLINKS + LINKS) * 2 * BLOCK);
    String[] folders = new String[FOLDERS];
    for (int i = 0; i < FOLDERS; i++) {
      String parent = i < 20 ? "" : folders[random.nextInt(Math.min(i, 300))];
      folders[i] = parent + "d" + i + "/";
      header(folders[i], 0, '5', 0755, "");
    }
    Path image = Path.of(System.getProperty("java.home"), "lib", "modules");
    String[] files = new String[FILES];
    try (var modules = new RandomAccessFile(image.toFile(), "r")) {
      for (int i = 0; i < FILES; i++) {
        files[i] = folders[random.nextInt(FOLDERS)] + "f" + i;
        header(files[i], sizes[i], '0', i % 9 == 0 ? 0755 : 0644, "");
        content(modules, sizes[i]);
      }
    }
    for (int i = 0; i < SYMLINKS; i++)
      header(folders[random.nextInt(FOLDERS)] + "l" + i, 0, '2', 0777, "f" + i);
    for (int i = 0; i < LINKS; i++) header("d0/h" + i, 0, '1', 0644, files[i]);
    out.write(new byte[2 * BLOCK]);
  }

  /** Log-normal about 5 KiB, as in a root, and scaled to the total. */
  private long[] sizes(long total) {
    double[] raw = new double[FILES];
    double sum = 0;
    for (int i = 0; i < FILES; i++) {
      raw[i] = Math.min(Math.exp(8.5 + 2.05 * random.nextGaussian()), 40e6);
      sum += raw[i];
    }
    long[] sizes = new long[FILES];
    for (int i = 0; i < FILES; i++) sizes[i] = (long) (raw[i] * total / sum);
    return sizes;
  }

  private void content(RandomAccessFile modules, long size) throws IOException {
    byte[] piece = new byte[1 << 16];
    for (long left = size; left > 0; ) {
      int n = (int) Math.min(piece.length, left);
      modules.seek((long) (random.nextDouble() * (modules.length() - piece.length)));
      modules.readFully(piece, 0, n);
      out.write(piece, 0, n);
      left -= n;
    }
    out.write(new byte[(int) (-size & BLOCK - 1)]);
  }

  private void header(String name, long size, char type, int mode, String link) throws IOException {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, String.format(Locale.ROOT, "%07o\0", mode));
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, String.format(Locale.ROOT, "%011o\0", size));
    put(block, 136, "14567000000\0");
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte b : block) sum += b & 0xFF;
    put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.write(block);
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > 100) throw new IllegalStateException("too long: " + text);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
