package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * A key-encryption key in a file of 32 bytes and mode 0600. Protects a stolen database or backup,
 * not a stolen host: keep the file on another volume than the database, and a copy of it offline.
 */
public final class FileKey implements KeyEncryption {
  private static final int KEY_BYTES = 32;
  private static final byte[] VERSION = {1};

  private final Secret key;
  private final String name;
  private final SecureRandom random = new SecureRandom();

  private FileKey(Secret key) {
    this.key = key;
    name = "file:" + key.lend(FileKey::fingerprint);
  }

  /** Reads the file, which must be there. */
  public static FileKey open(Path file) {
    var key = PrivateFile.read(file, "the key-encryption key", KEY_BYTES);
    if (key.sizeBytes() == KEY_BYTES) return new FileKey(key);
    key.close();
    throw new SealFault(
        "the key-encryption key " + file + " has not 32 bytes; restore it from where it is kept");
  }

  /**
   * Reads the file, or makes it. Processes that start together end with the same key. Only for a
   * database that has no data keys yet: see {@link Keyring#hasKeys}.
   */
  public static FileKey openOrCreate(Path file) {
    if (!Files.exists(file)) create(file);
    return open(file);
  }

  /** Written beside and linked, so that no reader sees half of it and no key replaces another. */
  private static void create(Path file) {
    var random = new SecureRandom();
    byte[] raw = new byte[KEY_BYTES];
    random.nextBytes(raw);
    var beside = file.resolveSibling(file.getFileName() + "." + random.nextLong(1L << 62));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (var channel =
          FileChannel.open(
              beside,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        for (var left = ByteBuffer.wrap(raw); left.hasRemaining(); ) channel.write(left);
        channel.force(true);
      }
      linkUnlessThere(file, beside);
      try (var folder = FileChannel.open(file.toAbsolutePath().getParent())) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new SealFault(
          "the key-encryption key " + file + " cannot be made: " + e.getMessage(), e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  private static void linkUnlessThere(Path file, Path beside) throws IOException {
    try {
      Files.createLink(file, beside);
    } catch (FileAlreadyExistsException e) {
      // another process was first; its key is read
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** 64 bits of a hash tell keys apart and nothing about a random key of 256 bits. */
  private static String fingerprint(byte[] key) {
    var hasher = Digest.hasher("sha256");
    hasher.update("theca key-encryption key".getBytes(StandardCharsets.US_ASCII));
    byte[] hash = hasher.digest(key);
    return HexFormat.of().formatHex(hash, 0, 8);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] wrap(Secret dataKey, String context) {
    byte[] bound = context.getBytes(StandardCharsets.UTF_8);
    return key.lend(k -> dataKey.lend(plain -> Aead.seal(k, VERSION, bound, plain, random)));
  }

  @Override
  public Secret unwrap(byte[] wrapped, String context) {
    byte[] bound = context.getBytes(StandardCharsets.UTF_8);
    try {
      if (wrapped.length == 0 || wrapped[0] != VERSION[0])
        throw new AEADBadTagException("another format");
      return Secret.moveFrom(key.lend(k -> Aead.open(k, VERSION.length, bound, wrapped)));
    } catch (AEADBadTagException e) {
      throw new SealFault(
          context + " does not open under " + name + ": the row is damaged or was exchanged", e);
    }
  }

  @Override
  public void close() {
    key.close();
  }
}
