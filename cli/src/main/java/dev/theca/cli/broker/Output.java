package dev.theca.cli.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files with secrets: made for their user alone, and never over another file. */
public final class Output {
  private Output() {}

  /** Writes a new file of mode 0600. */
  public static void secret(Path file, byte[] content) throws IOException {
    try (var out =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) out.write(left);
    } catch (FileAlreadyExistsException e) {
      throw new WrongUsage(file + " is there already; choose another name");
    }
  }
}
