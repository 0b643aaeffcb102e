package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.broker.store.Database;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * Seals under data keys of the database, each wrapped by a key-encryption key. A data key seals at
 * most 2^24 times in all replicas together and for 30 days, then another is made; old ones open for
 * ever. With random nonces of 96 bits, 2^24 uses make two equal nonces under one key with a
 * probability of 2^-49; SP 800-38D section 8.3 asks for no more than 2^-32. Uses are counted before
 * they are made: a crash wastes some and forgets none.
 *
 * <p>A sealed value is a version byte (1), the data key's id (8 bytes, big-endian), the nonce (12),
 * the ciphertext and the tag (16). Version, id and context are authenticated.
 *
 * <p>Replicas share their keys through the database: one made elsewhere is fetched when something
 * sealed under it is opened. Does not protect from the restoration of an old row under its own
 * context.
 *
 * <p>Call {@link #open} outside of {@link Database#write}: it may ask the database and the
 * key-encryption key. {@link #seal} hardly ever waits for either.
 */
public final class Keyring implements Sealer, AutoCloseable {
  static final int KEY_BYTES = 32;
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + Long.BYTES;

  private final Database database;
  private final KeyCache keys = new KeyCache();
  private final SecureRandom random = new SecureRandom();
  private final Leases leases;
  private volatile Keks keks;

  private Keyring(Database database, Keks keks, InstantSource clock, Bounds bounds) {
    this.database = database;
    this.keks = keks;
    leases = new Leases(database, clock, bounds, new Keys());
  }

  /** Whether a database has data keys, which a new key-encryption key could not unwrap. */
  public static boolean hasKeys(Database database) {
    return database.read(DataKeys::any);
  }

  /**
   * Opens the keyring and proves that the key-encryption key works, by making or unwrapping the
   * data key that seals next. Closes the key-encryption keys when it is closed.
   *
   * @param older keys that still wrap some data keys, until {@link #rewrap} was run
   * @throws SealFault when no data key can be had, saying what to do
   */
  public static Keyring open(
      Database database, KeyEncryption current, List<KeyEncryption> older, InstantSource clock) {
    return open(database, current, older, clock, Bounds.DEFAULT);
  }

  static Keyring open(
      Database database,
      KeyEncryption current,
      List<KeyEncryption> older,
      InstantSource clock,
      Bounds bounds) {
    var keks = Keks.of(current, older);
    if (current.name().length() > 200) throw new SealFault("the name of the key is too long");
    requireKnown(database, keks);
    var keyring = new Keyring(database, keks, clock, bounds);
    keyring.leases.fetch();
    return keyring;
  }

  /** A lost key-encryption key shows when the broker starts, not when the first value is read. */
  private static void requireKnown(Database database, Keks keks) {
    for (var key : database.read(DataKeys::all))
      if (!keks.all().containsKey(key.kek())) keks.unwrap(key);
  }

  @Override
  public byte[] seal(String context, byte[] plain) {
    long id = leases.take();
    byte[] key = key(id);
    try {
      byte[] header = ByteBuffer.allocate(HEADER_BYTES).put(VERSION).putLong(id).array();
      return Aead.seal(key, header, context.getBytes(StandardCharsets.UTF_8), plain, random);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  public Secret open(String context, byte[] sealed) {
    if (sealed.length < HEADER_BYTES || sealed[0] != VERSION)
      throw new SealFault(
          context + " was not sealed in a known format; restore the row from a backup");
    byte[] key = key(ByteBuffer.wrap(sealed).getLong(1));
    try {
      return Secret.moveFrom(
          Aead.open(key, HEADER_BYTES, context.getBytes(StandardCharsets.UTF_8), sealed));
    } catch (AEADBadTagException e) {
      throw new SealFault(
          context
              + " does not open: the row is damaged, or was exchanged with another; restore it from a backup",
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Wraps all data keys anew under another key-encryption key, in one transaction; what was sealed
   * stays as it is. From then on this keyring wraps under the new one. Other replicas must know the
   * new key before (as an older one), and be restarted with it as the current one after.
   *
   * @return how many data keys were under another key before
   * @throws SealFault when a data key cannot be unwrapped or wrapped; then nothing was changed
   */
  public int rewrap(KeyEncryption next) {
    var after = keks.with(next);
    keks = new Keks(keks.current(), after.all());
    int changed = new Rewrapping(database, after).run();
    keks = after;
    leases.fetch();
    return changed;
  }

  /** All data keys, oldest first. */
  public List<DataKeyStatus> status() {
    return database.read(DataKeys::statuses);
  }

  private byte[] key(long id) {
    for (int i = 0; i < 3; i++) {
      var known = keys.copyOf(id);
      if (known.isPresent()) return known.get();
      load(id);
    }
    throw new IllegalStateException("the keyring was closed, or its cache is too small");
  }

  private void load(long id) {
    if (keys.copyOf(id).map(copy -> zeroed(copy)).isPresent()) return;
    var row =
        database
            .read(sql -> DataKeys.find(sql, id))
            .orElseThrow(
                () ->
                    new SealFault(
                        DataKeys.context(id)
                            + " is missing; the value is damaged, or table data_key must be restored from a backup"));
    keys.put(id, keks.unwrap(row));
  }

  private static boolean zeroed(byte[] copy) {
    Arrays.fill(copy, (byte) 0);
    return true;
  }

  private final class Keys implements Leases.Source {
    @Override
    public String kek() {
      return keks.current().name();
    }

    @Override
    public DataKeys.Wrapped fresh() {
      // Ids are drawn, not counted: the wrapping binds the id, and is made before the transaction.
      long id = random.nextLong(1, Long.MAX_VALUE);
      var kek = keks.current();
      try (var key = Secret.random(KEY_BYTES, random)) {
        return new DataKeys.Wrapped(id, kek.name(), kek.wrap(key, DataKeys.context(id)));
      }
    }

    @Override
    public void load(long id) {
      Keyring.this.load(id);
    }
  }

  @Override
  public void close() {
    leases.close();
    keys.close();
    keks.all().values().forEach(KeyEncryption::close);
  }
}
