package dev.theca.image.crypt;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Small files that hold keys and passwords. */
public final class SecretFile {
  private SecretFile() {}

  /** The whole file; refused when it is missing, closed to us, or larger. */
  public static Outcome<Secret> read(Path file, int maxBytes) {
    if (Files.isDirectory(file)) return refused(file, "a file", "a folder");
    byte[] bytes = {};
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes + 1);
      return bytes.length > maxBytes
          ? refused(file, "at most " + maxBytes + " bytes", "more")
          : Outcome.granted(Secret.moveFrom(bytes));
    } catch (NoSuchFileException e) {
      return refused(file, "a file", "missing");
    } catch (AccessDeniedException e) {
      return refused(file, "a file that you may read", "one that you may not");
    } catch (IOException e) {
      throw new ImageException("reading " + file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static <T> Outcome<T> refused(Path file, String expected, String found) {
    return CryptCode.KEY_FILE.refuse(file.toString(), expected, found, "correct the path");
  }
}
