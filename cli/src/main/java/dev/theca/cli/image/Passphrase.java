package dev.theca.cli.image;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.crypt.SecretFile;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The passphrase of a key file: from a file, or as cosign has it from the environment. */
public final class Passphrase {
  private static final int MAX_BYTES = 4 << 10;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "the key's passphrase, its first line (default: $COSIGN_PASSWORD)")
  private @Nullable Path file;

  /** Whether the command line names a file. */
  boolean named() {
    return file != null;
  }

  /** Whether there is one at all. */
  boolean given() {
    return file != null || System.getenv("COSIGN_PASSWORD") != null;
  }

  Secret read() {
    if (file != null) {
      try (var whole = SecretFile.read(file, MAX_BYTES).orThrow()) {
        return whole.lend(Passphrase::firstLine);
      }
    }
    String named = System.getenv("COSIGN_PASSWORD");
    if (named == null)
      throw new WrongUsage(
          "the key is encrypted; give its passphrase: --passphrase-file FILE, or COSIGN_PASSWORD");
    return Secret.moveFrom(named.getBytes(StandardCharsets.UTF_8));
  }

  private static Secret firstLine(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') end++;
    return Secret.moveFrom(Arrays.copyOf(bytes, end));
  }
}
