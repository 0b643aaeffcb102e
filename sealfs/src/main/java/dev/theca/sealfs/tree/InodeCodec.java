package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Damaged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Inode records and directory entries as bytes (FORMAT.md, "Inode record", "Directory entry"). Read
 * only from chunks and frames whose tag held; lengths are checked all the same.
 */
final class InodeCodec {
  private static final int HEAD = 40 + 4 * 12 + 2;
  private static final int PART = 5;
  private static final byte TARGET = 1;
  private static final byte XATTR = 2;
  private static final byte CONTENT = 3;
  private static final byte DESCRIPTORS = 4;
  private static final byte PARENT = 5;
  private static final byte STORED = 6;
  private static final int LARGE = 1;
  private static final long BILLION = 1_000_000_000L;

  private InodeCodec() {}

  /** Bytes of an inode's record. */
  static int size(Inode inode) {
    int size = HEAD;
    if (inode.isSymlink() || inode.bytes.length > 0) size += PART + inode.bytes.length;
    for (int i = 0; i < inode.xattrs.length; i += 2)
      size += PART + 2 + inode.xattrs[i].length + inode.xattrs[i + 1].length;
    var extents = inode.extents;
    if (extents != null && extents.isLarge()) size += PART + 8;
    else if (extents != null && extents.small().length > 0) size += PART + extents.small().length;
    return inode.isDirectory() ? size + PART + 8 : size;
  }

  /** Writes an inode's record, {@link #size} bytes; little-endian. */
  static void encode(Inode inode, ByteBuffer out) {
    var extents = inode.extents;
    boolean large = extents != null && extents.isLarge();
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
    int count = inode.xattrs.length / 2;
    int counted = out.position();
    out.putShort((short) 0);
    if (inode.isSymlink() || inode.bytes.length > 0) {
      part(out, inode.isSymlink() ? TARGET : CONTENT, inode.bytes.length).put(inode.bytes);
      count++;
    }
    for (int i = 0; i < inode.xattrs.length; i += 2) {
      byte[] name = inode.xattrs[i];
      byte[] value = inode.xattrs[i + 1];
      part(out, XATTR, 2 + name.length + value.length)
          .putShort((short) name.length)
          .put(name)
          .put(value);
    }
    if (large) {
      part(out, STORED, 8).putLong(inode.stored);
      count++;
    } else if (extents != null && extents.small().length > 0) {
      part(out, DESCRIPTORS, extents.small().length).put(extents.small());
      count++;
    }
    if (inode.isDirectory()) {
      part(out, PARENT, 8).putLong(inode.parent);
      count++;
    }
    out.putShort(counted, (short) count);
  }

  private static ByteBuffer part(ByteBuffer out, byte type, int length) {
    return out.put(type).putInt(length);
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
    if (ino <= 0 || ino > 1L << 40) throw new Damaged("an inode with the number " + ino);
    var inode = new Inode(ino, in.getInt());
    inode.nlink = in.getInt();
    inode.uid = in.getInt();
    inode.gid = in.getInt();
    inode.rdev = in.getInt();
    int flags = in.getInt();
    inode.size = in.getLong();
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

  /** Bytes of an entry's record. */
  static int size(Directory.Entry entry) {
    return 18 + entry.name.length;
  }

  static void encode(Directory.Entry entry, ByteBuffer out) {
    out.putLong(entry.id)
        .putLong(entry.ino)
        .put(entry.type)
        .put((byte) entry.name.length)
        .put(entry.name);
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
