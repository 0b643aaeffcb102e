package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Output;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;

/** Keys of volumes: 32 raw bytes, or 64 hex digits with white space behind them. */
final class KeyFile {
  static final int BYTES = 32;
  private static final int HEX = 2 * BYTES;
  private static final int MAX = HEX + 16;

  private KeyFile() {}

  /** Refused as wrong usage is what is no key, and a file that others may read. */
  static Secret read(Path file) throws IOException {
    if (!Files.exists(file))
      throw new WrongUsage("there is no key in " + file + "; name its file: --key-file FILE");
    var rights = Files.getPosixFilePermissions(file);
    boolean open =
        rights.contains(PosixFilePermission.OTHERS_READ)
            || rights.contains(PosixFilePermission.GROUP_READ);
    if (open) throw new WrongUsage("others may read " + file + "; say: chmod 600 " + file);
    try (var in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /** Reads an open file descriptor of this process to its end. */
  static Secret read(int descriptor) throws IOException {
    if (descriptor < 0) throw new WrongUsage("--key-fd takes the number of an open descriptor");
    Path file = Path.of("/proc/self/fd/" + descriptor);
    if (!Files.exists(file)) throw new WrongUsage("descriptor " + descriptor + " is not open");
    try (var in = Files.newInputStream(file)) {
      return read(in, "descriptor " + descriptor);
    }
  }

  private static Secret read(InputStream in, String where) throws IOException {
    byte[] raw = in.readNBytes(MAX + 1);
    try {
      if (raw.length == BYTES) return Secret.moveFrom(raw.clone());
      int end = raw.length;
      while (end > 0 && raw[end - 1] <= ' ' && raw[end - 1] >= 0) end--;
      byte[] key = new byte[BYTES];
      boolean good = end == HEX && raw.length <= MAX;
      for (int i = 0; good && i < BYTES; i++) {
        int high = Character.digit(raw[2 * i], 16);
        int low = Character.digit(raw[2 * i + 1], 16);
        good = high >= 0 && low >= 0;
        key[i] = (byte) (high << 4 | low);
      }
      if (good) return Secret.moveFrom(key);
      Arrays.fill(key, (byte) 0);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
    throw new WrongUsage("no key in " + where + ": a key is 32 bytes, or 64 hex digits");
  }

  /** The key in a file; a new random one in a new file of mode 0600 when there is none. */
  static Secret readOrMake(Path file, int bytes) throws IOException {
    if (Files.exists(file)) return read(file);
    byte[] key = new byte[bytes];
    new SecureRandom().nextBytes(key);
    Output.secret(file, key);
    return Secret.moveFrom(key);
  }
}
