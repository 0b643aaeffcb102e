package dev.theca.cli.broker;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The file in which a token lies; white space around it does not count. */
public final class TokenFile {
  static final Path USUAL = Path.of("theca-broker", "admin-token");
  private static final int MAX_BYTES = 8 << 10;

  private TokenFile() {}

  /** Refused as wrong usage when there is none. */
  public static Secret read(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] raw = in.readNBytes(MAX_BYTES + 1);
      int from = 0;
      int to = raw.length;
      while (from < to && raw[from] <= ' ') from++;
      while (to > from && raw[to - 1] <= ' ') to--;
      byte[] token = Arrays.copyOfRange(raw, from, to);
      Arrays.fill(raw, (byte) 0);
      boolean plain = token.length > 0 && token.length <= MAX_BYTES;
      for (byte b : token) plain &= b > ' ' && b < 127;
      if (plain) return Secret.moveFrom(token);
      Arrays.fill(token, (byte) 0);
      throw new WrongUsage("there is no token in " + file);
    } catch (IOException e) {
      throw new WrongUsage(
          "cannot read the token in "
              + file
              + "; name its file: --token-file FILE, or THECA_BROKER_TOKEN_FILE");
    }
  }
}
