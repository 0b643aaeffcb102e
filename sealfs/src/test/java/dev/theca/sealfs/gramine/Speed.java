package dev.theca.sealfs.gramine;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * MB/s of one thread: the writer into nothing, the writer into a file, the reader from a file, and
 * AES-GCM alone with a fresh key for each node as the ceiling; interleaved. Argument: a directory.
 */
final class Speed {
  private static final int SIZE = 256 << 20;

  private Speed() {}

  private interface Work {
    void run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    Path file = Files.createTempFile(Path.of(args.length > 0 ? args[0] : "."), "speed", ".pf");
    byte[] chunk = Bytes.content(1 << 20, 1);
    PfSource source =
        (offset, into, from, length) -> {
          int n = Math.min(length, chunk.length);
          System.arraycopy(chunk, 0, into, from, n);
          return n;
        };
    try (Secret key = Bytes.key(1);
        var writer = new PfWriter(key)) {
      for (int round = 0; round < 6; round++) {
        System.out.printf(
            Locale.ROOT,
            "round %d: writer to nothing %.0f, writer to file %.0f, reader %.0f, cipher %.0f MB/s%n",
            round,
            speed(() -> writer.write(Bytes.PATH, SIZE, source, (o, b, f, n) -> {})),
            speed(() -> toFile(writer, source, file)),
            speed(() -> fromFile(key, file)),
            speed(Speed::cipher));
      }
    } finally {
      Files.delete(file);
    }
  }

  private static double speed(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return SIZE * 1e3 / (System.nanoTime() - start);
  }

  private static void toFile(PfWriter writer, PfSource source, Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writer.write(
          Bytes.PATH,
          SIZE,
          source,
          (offset, bytes, from, length) -> {
            try {
              channel.write(ByteBuffer.wrap(bytes, from, length), offset);
            } catch (IOException e) {
              throw new PfException("cannot write", e);
            }
          });
    }
  }

  private static void fromFile(Secret key, Path file) {
    byte[] into = new byte[1 << 20];
    try (var reader = PfReader.open(file, key, Bytes.PATH).orThrow()) {
      for (long at = 0; at < SIZE; at += into.length) {
        if (reader.read(at, into, 0, into.length).orThrow() != into.length)
          throw new IllegalStateException("a short read");
      }
    }
  }

  private static void cipher() {
    var cipher = new NodeCipher();
    byte[] plain = new byte[4096];
    byte[] out = new byte[4112];
    byte[] key = new byte[16];
    for (int i = 0; i < SIZE / 4096; i++) {
      ByteBuffer.wrap(key).putInt(i).putLong(System.nanoTime());
      cipher.seal(key, 0, plain, 0, 4096, out, 0);
    }
  }
}
