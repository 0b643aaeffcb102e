package dev.theca.bench.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * A layer's archive as real images have them: three files of five are machine code and classes
 * (pieces of the JDK's own image), one is text, one is what is compressed already. Files have 1 KiB
 * to 1 MiB, small ones are frequent. Equal seeds give equal bytes with equal JDKs.
 */
final class Content {
  private static final int BLOCK = 512;
  private static final String[] WORDS =
      ("the of and to in that for it with as was on be at by this had not are but from or have an "
              + "they which one you were all her she there would their we him been has when who will "
              + "no more if out so up said what its about than into them can only other time new some "
              + "could these two may first then do any like my now over such our man me even most "
              + "made after also did many before must well back through years much where your way")
          .split(" ");

  private final Random random;
  private final RandomAccessFile modules;

  private Content(long seed, RandomAccessFile modules) {
    this.random = new Random(seed);
    this.modules = modules;
  }

  static void write(OutputStream out, long bytes, long seed) throws IOException {
    Path image = Path.of(System.getProperty("java.home"), "lib", "modules");
    try (var modules = new RandomAccessFile(image.toFile(), "r")) {
      new Content(seed, modules).write(out, bytes, "layer" + seed);
    }
  }

  private void write(OutputStream out, long bytes, String folder) throws IOException {
    long written = directory(out, folder + "/");
    for (int i = 0; written < bytes; i++) {
      String sub = folder + "/d" + i / 50;
      if (i % 50 == 0) written += directory(out, sub + "/");
      int size = (512 << random.nextInt(11)) + random.nextInt(512 << random.nextInt(11));
      byte[] content =
          switch (i % 5) {
            case 0 -> text(size);
            case 1 -> packed(size);
            default -> code(size);
          };
      out.write(header(sub + "/f" + i, content.length, '0', "0000644\0"));
      out.write(content);
      int padding = -content.length & BLOCK - 1;
      out.write(new byte[padding]);
      written += BLOCK + content.length + padding;
    }
    out.write(new byte[2 * BLOCK]);
  }

  private static int directory(OutputStream out, String path) throws IOException {
    out.write(header(path, 0, '5', "0000755\0"));
    return BLOCK;
  }

  private byte[] text(int size) {
    var text = new StringBuilder(size + 16);
    while (text.length() < size)
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(9) == 0 ? '\n' : ' ');
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] packed(int size) {
    byte[] noise = new byte[size];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] code(int size) throws IOException {
    byte[] piece = new byte[size];
    modules.seek((long) (random.nextDouble() * (modules.length() - size)));
    modules.readFully(piece);
    return piece;
  }

  private static byte[] header(String name, int size, char type, String mode) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, mode);
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, String.format(Locale.ROOT, "%011o\0", size));
    put(block, 136, "00000000000\0");
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte b : block) sum += b & 0xFF;
    put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
