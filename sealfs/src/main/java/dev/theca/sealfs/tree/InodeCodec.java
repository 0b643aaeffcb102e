package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Damaged;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Inode records and directory entries as bytes (FORMAT.md, "Inode record", "Directory entry"). Read
 * only from chunks and frames whose tag held; lengths are checked all the same.
 */
final class InodeCodec {
  private static final int HEAD = 40 + 4 * 12 + 2;
  private static final byte TARGET = 1;
  private static final byte XATTR = 2;
  private static final byte CONTENT = 3;
  private static final byte DESCRIPTORS = 4;
  private static final byte PARENT = 5;
  private static final byte STORED = 6;
  private static final int LARGE = 1;
  private static final long BILLION = 1_000_000_000L;

  private InodeCodec() {}

  static byte[] encode(Inode inode) {
    var parts = new ByteArrayOutputStream();
    int count = 0;
    if (inode.isSymlink()) count += part(parts, TARGET, inode.bytes);
    else if (inode.bytes.length > 0) count += part(parts, CONTENT, inode.bytes);
    for (int i = 0; i < inode.xattrs.length; i += 2)
      count += part(parts, XATTR, xattr(inode.xattrs[i], inode.xattrs[i + 1]));
    var extents = inode.extents;
    boolean large = extents != null && extents.isLarge();
    if (extents != null && !large && extents.small().length > 0)
      count += part(parts, DESCRIPTORS, extents.small());
    if (large) count += part(parts, STORED, number(inode.stored));
    if (inode.isDirectory()) count += part(parts, PARENT, number(inode.parent));
    var out = ByteBuffer.allocate(HEAD + parts.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(inode.ino)
        .putInt(inode.mode)
        .putInt(inode.nlink)
        .putInt(inode.uid)
        .putInt(inode.gid)
        .putInt(inode.rdev)
        .putInt(large ? LARGE : 0)
        .putLong(inode.size);
    time(out, inode.atime);
    time(out, inode.mtime);
    time(out, inode.ctime);
    time(out, inode.btime);
    return out.putShort((short) count).put(parts.toByteArray()).array();
  }

  private static int part(ByteArrayOutputStream out, byte type, byte[] value) {
    out.writeBytes(
        ByteBuffer.allocate(5)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(type)
            .putInt(value.length)
            .array());
    out.writeBytes(value);
    return 1;
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] xattr(byte[] name, byte[] value) {
    return ByteBuffer.allocate(2 + name.length + value.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) name.length)
        .put(name)
        .put(value)
        .array();
  }

  private static void time(ByteBuffer out, long nanos) {
    out.putLong(Math.floorDiv(nanos, BILLION)).putInt((int) Math.floorMod(nanos, BILLION));
  }

  private static long time(ByteBuffer in) {
    long seconds = in.getLong();
    return seconds * BILLION + in.getInt();
  }

  /**
   * Reads one record.
   *
   * @param fromBase it lies in the base's file, and so do its blocks
   */
  static Inode decode(ByteBuffer in, boolean fromBase) throws Damaged {
    need(in, HEAD);
    long ino = in.getLong();
    if (ino <= 0 || ino > Inodes.MAX) throw new Damaged("an inode with the number " + ino);
    var inode = new Inode(ino, in.getInt());
    inode.nlink = in.getInt();
    inode.uid = in.getInt();
    inode.gid = in.getInt();
    inode.rdev = in.getInt();
    int flags = in.getInt();
    inode.size = in.getLong();
    if (inode.size < 0 || inode.size > Content.MAX_SIZE)
      throw new Damaged("an inode of " + inode.size + " bytes");
    inode.atime = time(in);
    inode.mtime = time(in);
    inode.ctime = time(in);
    inode.btime = time(in);
    int count = Short.toUnsignedInt(in.getShort());
    for (int i = 0; i < count; i++) {
      need(in, 5);
      byte type = in.get();
      part(inode, type, bytes(in, in.getInt()), fromBase);
    }
    if ((flags & LARGE) != 0) inode.extents().setLarge();
    inode.recorded = true;
    return inode;
  }

  private static void part(Inode inode, byte type, byte[] value, boolean fromBase) throws Damaged {
    switch (type) {
      case TARGET, CONTENT -> inode.bytes = value;
      case XATTR -> {
        var pair = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        need(pair, 2);
        byte[] name = bytes(pair, Short.toUnsignedInt(pair.getShort()));
        inode.setXattr(name, bytes(pair, pair.remaining()));
      }
      case DESCRIPTORS -> {
        if (value.length % Blocks.SIZE != 0 || value.length > Extents.INLINE * Blocks.SIZE)
          throw new Damaged("descriptors of " + value.length + " bytes");
        inode.extents().setSmall(fromBase ? Blocks.markInBase(value) : value);
        inode.stored = Blocks.slots(value);
      }
      case PARENT -> inode.parent = number(value);
      case STORED -> inode.stored = number(value);
      default -> throw new Damaged("unknown part " + type + " of an inode");
    }
  }

  private static long number(byte[] value) throws Damaged {
    var number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    need(number, 8);
    return number.getLong();
  }

  static byte[] entry(Directory.Entry entry) {
    return ByteBuffer.allocate(18 + entry.name.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(entry.id)
        .putLong(entry.ino)
        .put(entry.type)
        .put((byte) entry.name.length)
        .put(entry.name)
        .array();
  }

  static Directory.Entry entry(ByteBuffer in) throws Damaged {
    need(in, 18);
    long id = in.getLong();
    long ino = in.getLong();
    int type = in.get();
    byte[] name = bytes(in, Byte.toUnsignedInt(in.get()));
    if (id < Directory.FIRST_ID || name.length == 0) throw new Damaged("a nameless entry");
    var entry = new Directory.Entry(name, id, ino, type);
    entry.recorded = true;
    return entry;
  }

  static void need(ByteBuffer in, int bytes) throws Damaged {
    if (bytes < 0 || in.remaining() < bytes) throw new Damaged("a record that is cut off");
  }

  static byte[] bytes(ByteBuffer in, int length) throws Damaged {
    need(in, length);
    byte[] out = new byte[length];
    in.get(out);
    return out;
  }
}
