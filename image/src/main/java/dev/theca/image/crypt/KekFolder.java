package dev.theca.image.crypt;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * Key encryption keys as files of 32 bytes, {@code <folder>/repository/type/tag}, readable by their
 * owner: for sites whose broker is elsewhere. An existing key is never overwritten.
 */
public final class KekFolder implements KekSource, KekSink {
  private static final int KEK_BYTES = 32;

  private final Path folder;

  public KekFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public Outcome<Secret> kek(String kid) {
    return KbsUri.parse(kid).then(uri -> read(folder.resolve(uri.path()), kid));
  }

  private static Outcome<Secret> read(Path file, String kid) {
    byte[] bytes = {};
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(KEK_BYTES + 1);
      return bytes.length == KEK_BYTES
          ? Outcome.granted(Secret.moveFrom(bytes))
          : refused(kid, "32 bytes", "a file of another size");
    } catch (NoSuchFileException e) {
      return refused(kid, "a file in the folder of keys", "none");
    } catch (IOException e) {
      throw new ImageException("reading " + file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public Outcome<Boolean> store(String kid, Secret kek) {
    return KbsUri.parse(kid).then(uri -> write(folder.resolve(uri.path()), kid, kek));
  }

  private static Outcome<Boolean> write(Path file, String kid, Secret kek) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) Files.createDirectories(parent);
      var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (var out =
          FileChannel.open(
              file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mine)) {
        kek.<Integer, IOException>lend(raw -> out.write(ByteBuffer.wrap(raw)));
        out.force(true);
      }
      return Outcome.granted(true);
    } catch (FileAlreadyExistsException e) {
      return read(file, kid)
          .then(
              there -> {
                try (there) {
                  return there.sameAs(kek)
                      ? Outcome.granted(true)
                      : refused(kid, "a new name", "one that another key has");
                }
              });
    } catch (IOException e) {
      throw new ImageException("writing " + file + ": " + e.getMessage(), e);
    }
  }

  private static <T> Outcome<T> refused(String kid, String expected, String found) {
    return CryptCode.KEK.refuse("key encryption key " + kid, expected, found, "name another key");
  }
}
