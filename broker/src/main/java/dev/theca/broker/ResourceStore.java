package dev.theca.broker;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Resources at rest: each encrypted with AES-256-GCM under a data key of its own, which is wrapped
 * by a key-encryption key in a file of mode 0600. The path is bound in, so that files cannot be
 * exchanged. A write is acknowledged after it is on disk.
 */
final class ResourceStore {
  private static final int NONCE = 12;
  private static final int WRAPPED = NONCE + 32 + 16;

  private final Path folder;
  private final Secret kek;
  private final SecureRandom random = new SecureRandom();

  ResourceStore(Path state) throws IOException {
    folder = Files.createDirectories(state.resolve("resources"));
    Path file = state.resolve("kek");
    if (!Files.exists(file)) {
      byte[] fresh = new byte[32];
      random.nextBytes(fresh);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, fresh);
      Arrays.fill(fresh, (byte) 0);
    }
    kek = Secret.moveFrom(Files.readAllBytes(file));
  }

  private Path file(String path) {
    return folder.resolve(
        dev.theca.wire.Digest.sha256(path.getBytes(StandardCharsets.UTF_8)).hex());
  }

  /** Stores a resource under a path that was checked. */
  synchronized void put(String path, byte[] plain) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    try {
      byte[] wrapped = kek.lend(k -> seal(k, path, key));
      byte[] sealed = seal(key, path, plain);
      Path next = file(path + "").resolveSibling("next");
      Files.write(
          next,
          ByteBuffer.allocate(wrapped.length + sealed.length).put(wrapped).put(sealed).array());
      try (var channel =
          java.nio.channels.FileChannel.open(next, java.nio.file.StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          next, file(path), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot store a resource", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  Optional<Secret> get(String path) {
    try {
      if (!Files.exists(file(path))) return Optional.empty();
      byte[] all = Files.readAllBytes(file(path));
      byte[] key = kek.lend(k -> open(k, path, Arrays.copyOf(all, WRAPPED)));
      try {
        return Optional.of(
            Secret.moveFrom(open(key, path, Arrays.copyOfRange(all, WRAPPED, all.length))));
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a resource", e);
    }
  }

  synchronized boolean delete(String path) {
    try {
      return Files.deleteIfExists(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete a resource", e);
    }
  }

  private byte[] seal(byte[] key, String path, byte[] plain) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = gcm(Cipher.ENCRYPT_MODE, key, nonce, path, plain);
    return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
  }

  private static byte[] open(byte[] key, String path, byte[] sealed) {
    return gcm(
        Cipher.DECRYPT_MODE,
        key,
        Arrays.copyOf(sealed, NONCE),
        path,
        Arrays.copyOfRange(sealed, NONCE, sealed.length));
  }

  private static byte[] gcm(int mode, byte[] key, byte[] nonce, String path, byte[] data) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(path.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the stored resource " + path + " is damaged or under another key", e);
    }
  }
}
