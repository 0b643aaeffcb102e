package dev.theca.image.sign;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Key material in local files, for the owner's side: the paths of a policy are the files' paths.
 */
public final class KeyFiles implements KeyMaterial {
  @Override
  public Outcome<byte[]> read(String path) {
    try (var in = Files.newInputStream(Path.of(path))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? no(path, "more than " + MAX_BYTES + " bytes")
          : Outcome.granted(bytes);
    } catch (NoSuchFileException | InvalidPathException e) {
      return no(path, "not there");
    } catch (IOException e) {
      throw new ImageException("reading key file " + path + ": " + e.getMessage(), e);
    }
  }

  private static Outcome<byte[]> no(String path, String found) {
    return SignCode.KEY.refused(
        "key " + SignCode.shown(path), "a key file", found, "correct the path in the policy");
  }
}
