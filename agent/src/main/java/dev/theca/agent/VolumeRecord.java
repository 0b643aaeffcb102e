package dev.theca.agent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A volume's identity and key on the host's disk: readable by agents of this signer and product on
 * this platform that have the owner's secret as well (sealfs reference 3.1, "Restart copy"). Proves
 * where it comes from, not that it is the newest.
 *
 * <p>Bytes: {@code TVR1}, salt (32), AES-256-GCM of UUID (16) and key (32) with its tag. The key of
 * that is HKDF-SHA256 of the platform's seal key and the owner's secret under the salt, for the
 * volume's name; it encrypts once, so the IV is zero. The name is also the additional data.
 */
record VolumeRecord(UUID id, Secret key) implements AutoCloseable {
  private static final byte[] MAGIC = "TVR1".getBytes(StandardCharsets.US_ASCII);
  private static final int SALT = 32;
  private static final int KEY = 32;
  private static final int PLAIN = 16 + KEY;
  private static final int TAG = 16;
  private static final int SIZE = 4 + SALT + PLAIN + TAG;

  /** Of a volume that begins. */
  static VolumeRecord fresh(SecureRandom random) {
    return new VolumeRecord(UUID.randomUUID(), Secret.random(KEY, random));
  }

  /** Writes it so that it is whole or not there, and on the disk when this returns. */
  void write(Path file, String name, Secret sealKey, Secret owner, SecureRandom random) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    byte[] plain =
        key.lend(
            bytes ->
                ByteBuffer.allocate(PLAIN)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .put(bytes)
                    .array());
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, key(sealKey, owner, salt, name), name).doFinal(plain);
      var whole = ByteBuffer.allocate(SIZE).put(MAGIC).put(salt).put(sealed).flip();
      Path part = file.resolveSibling(file.getFileName() + ".part");
      try (var channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        while (whole.hasRemaining()) {
          int unused = channel.write(whole);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      try (var folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (GeneralSecurityException e) {
      throw new AgentFault("the JDK cannot do HKDF or AES-GCM", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the record of volume " + name, e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  static Outcome<VolumeRecord> read(Path file, String name, Secret sealKey, Secret owner) {
    byte[] whole = bytes(file);
    if (whole.length != SIZE || !Arrays.equals(whole, 0, 4, MAGIC, 0, 4))
      return refused(name, "another file");
    byte[] salt = Arrays.copyOfRange(whole, 4, 4 + SALT);
    try {
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, key(sealKey, owner, salt, name), name)
              .doFinal(whole, 4 + SALT, PLAIN + TAG);
      var in = ByteBuffer.wrap(plain);
      var id = new UUID(in.getLong(), in.getLong());
      var key = Secret.moveFrom(Arrays.copyOfRange(plain, 16, PLAIN));
      Arrays.fill(plain, (byte) 0);
      return Outcome.granted(new VolumeRecord(id, key));
    } catch (javax.crypto.AEADBadTagException e) {
      return refused(name, "one that these do not open");
    } catch (GeneralSecurityException e) {
      throw new AgentFault("the JDK cannot do HKDF or AES-GCM", e);
    }
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(SIZE + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, String name)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG * 8, new byte[12]));
    cipher.updateAAD(utf8(name));
    return cipher;
  }

  private static SecretKey key(Secret sealKey, Secret owner, byte[] salt, String name)
      throws GeneralSecurityException {
    byte[] info = utf8("sealfs fsk v1" + name);
    return sealKey.lend(
        platforms ->
            owner.lend(
                owners ->
                    KDF.getInstance("HKDF-SHA256")
                        .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                .addIKM(platforms)
                                .addIKM(owners)
                                .addSalt(salt)
                                .thenExpand(info, KEY))));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> Outcome<T> refused(String name, String found) {
    return Outcome.refused(
        Code.of("volume-record"),
        "key of volume " + name,
        "one sealed on this platform, by agents of this signer, with the owner's secret",
        found,
        "bring back the volume's folder and its secret at the broker, or remove the folder to begin"
            + " with an empty volume");
  }

  @Override
  public void close() {
    key.close();
  }
}
