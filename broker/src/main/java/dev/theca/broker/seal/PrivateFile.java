package dev.theca.broker.seal;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Reads small files of secrets, and refuses those that others than their owner can use. */
final class PrivateFile {
  private static final EnumSet<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final int ROOT = 0;

  private PrivateFile() {}

  /** The bytes of a file; links are followed, since orchestrators mount secrets as links. */
  static Secret read(Path file, String what, int maxBytes) {
    try {
      // The opened file could be another than the one looked at; whoever can exchange it in this
      // folder could as well read the process's memory.
      var attributes = Files.readAttributes(file, PosixFileAttributes.class);
      if (!attributes.isRegularFile())
        throw new SealFault(what + " " + file + " is not a file; name a file");
      int owner = (int) Files.getAttribute(file, "unix:uid");
      int self = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (!isPrivate(attributes.permissions(), owner, self))
        throw new SealFault(
            what + " " + file + " is open to others than its owner; run: chmod 600 " + file);
      try (var in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length <= maxBytes) return Secret.moveFrom(bytes);
        Arrays.fill(bytes, (byte) 0);
        throw new SealFault(what + " " + file + " is longer than " + maxBytes + " bytes");
      }
    } catch (NoSuchFileException e) {
      throw new SealFault(
          what + " " + file + " is missing; restore it from where it is kept, or correct the path",
          e);
    } catch (IOException e) {
      throw new SealFault(what + " " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Nobody but the owner; or root, who lends it to the group that this process is in: orchestrators
   * mount secrets so (mode 0440 with {@code fsGroup}), and PostgreSQL has the same rule for keys.
   */
  static boolean isPrivate(Set<PosixFilePermission> permissions, int owner, int self) {
    var foreign = EnumSet.noneOf(PosixFilePermission.class);
    foreign.addAll(permissions);
    foreign.removeAll(OWNER);
    if (owner == ROOT && self != ROOT) foreign.remove(PosixFilePermission.GROUP_READ);
    return foreign.isEmpty();
  }

  /** Reads a token or PIN: text without the line end that editors add. */
  static Secret readLine(Path file, String what) {
    try (var all = read(file, what, 4096)) {
      return all.lend(
          bytes -> {
            int end = bytes.length;
            while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) end--;
            if (end == 0) throw new SealFault(what + " " + file + " is empty");
            return Secret.moveFrom(Arrays.copyOf(bytes, end));
          });
    }
  }
}
