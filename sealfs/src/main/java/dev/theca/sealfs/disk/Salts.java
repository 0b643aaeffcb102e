package dev.theca.sealfs.disk;

import dev.theca.wire.Digest;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The salts of all epochs of a volume, 16 bytes each (FORMAT.md, "Salt table"). They are public;
 * what matters is that a new one is random. Entries are never dropped.
 */
public final class Salts {
  static final int SALT = 16;

  /** Epochs that a volume can have: afterwards it is read, and written anew under another key. */
  public static final int MAX = 32_768;

  private final byte[] table;

  private Salts(byte[] table) {
    this.table = table;
  }

  static Salts first(byte[] salt) {
    return new Salts(salt.clone());
  }

  Salts with(byte[] salt) {
    byte[] more = Arrays.copyOf(table, table.length + SALT);
    System.arraycopy(salt, 0, more, table.length, SALT);
    return new Salts(more);
  }

  static Salts read(HostFile file, Superblock superblock) throws Damaged {
    byte[] table = new byte[superblock.epochs() * SALT];
    if (!file.readFully(superblock.saltsOffset(), table, 0, table.length)
        || !MessageDigest.isEqual(Digest.hasher("sha256").digest(table), superblock.saltsHash()))
      throw new Damaged("the salt table was changed");
    return new Salts(table);
  }

  int count() {
    return table.length / SALT;
  }

  byte[] get(int epoch) {
    return Arrays.copyOfRange(table, epoch * SALT, epoch * SALT + SALT);
  }

  byte[] bytes() {
    return table;
  }

  byte[] hash() {
    return Digest.hasher("sha256").digest(table);
  }

  long slots() {
    return (table.length + Slots.SLOT - 1) / Slots.SLOT;
  }
}
