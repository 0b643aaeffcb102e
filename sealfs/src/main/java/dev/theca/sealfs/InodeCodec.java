package dev.theca.sealfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Inode records and directory entries as bytes (FORMAT.md, "Inode record", "Directory entry"). Read
 * only from chunks whose hash and tag held, so malformed bytes here mean a writer's fault; lengths
 * are checked all the same.
 */
final class InodeCodec {
  private static final int HEAD = 40 + 4 * 12 + 2;
  private static final byte TARGET = 1;
  private static final byte XATTR = 2;
  private static final byte DESCRIPTORS = 4;
  private static final byte PARENT = 5;
  static final int INLINE_BLOCKS = 8;
  private static final long BILLION = 1_000_000_000L;

  private InodeCodec() {}

  static byte[] encode(Inode inode) {
    var tlvs = new ByteArrayOutputStream();
    int count = 0;
    if (inode.isSymlink()) {
      tlv(tlvs, TARGET, inode.target);
      count++;
    }
    for (Map.Entry<Name, byte[]> xattr : inode.xattrs.entrySet()) {
      byte[] name = xattr.getKey().bytes();
      tlv(
          tlvs,
          XATTR,
          ByteBuffer.allocate(2 + name.length + xattr.getValue().length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) name.length)
              .put(name)
              .put(xattr.getValue())
              .array());
      count++;
    }
    if (inode.blocks.count() > 0 && inode.blocks.count() <= INLINE_BLOCKS) {
      tlv(tlvs, DESCRIPTORS, inode.blocks.bytes());
      count++;
    }
    if (inode.isDirectory()) {
      tlv(
          tlvs,
          PARENT,
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(inode.parent).array());
      count++;
    }
    var out = ByteBuffer.allocate(HEAD + tlvs.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(inode.ino)
        .putInt(inode.mode)
        .putInt(inode.nlink)
        .putInt(inode.uid)
        .putInt(inode.gid);
    out.putInt(inode.rdev).putInt(0).putLong(inode.size);
    for (long time :
        new long[] {inode.atimeNanos, inode.mtimeNanos, inode.ctimeNanos, inode.ctimeNanos}) {
      out.putLong(Math.floorDiv(time, BILLION)).putInt((int) Math.floorMod(time, BILLION));
    }
    return out.putShort((short) count).put(tlvs.toByteArray()).array();
  }

  private static void tlv(ByteArrayOutputStream out, byte type, byte[] value) {
    out.writeBytes(
        ByteBuffer.allocate(5 + value.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(type)
            .putInt(value.length)
            .put(value)
            .array());
  }

  static Inode decode(ByteBuffer in) {
    long ino = in.getLong();
    var inode = new Inode(ino, in.getInt());
    inode.nlink = in.getInt();
    inode.uid = in.getInt();
    inode.gid = in.getInt();
    inode.rdev = in.getInt();
    in.getInt();
    inode.size = in.getLong();
    inode.atimeNanos = time(in);
    inode.mtimeNanos = time(in);
    inode.ctimeNanos = time(in);
    time(in);
    int count = Short.toUnsignedInt(in.getShort());
    for (int i = 0; i < count; i++) {
      byte type = in.get();
      byte[] value = bytes(in, in.getInt());
      switch (type) {
        case TARGET -> inode.target = value;
        case XATTR -> {
          var pair = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
          var name = new Name(bytes(pair, Short.toUnsignedInt(pair.getShort())));
          inode.xattrs.put(name, bytes(pair, pair.remaining()));
        }
        case DESCRIPTORS -> inode.blocks = new Blocks(value);
        case PARENT ->
            inode.parent = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
        default -> throw new IllegalArgumentException("unknown part " + type + " of inode " + ino);
      }
    }
    return inode;
  }

  private static long time(ByteBuffer in) {
    long seconds = in.getLong();
    return seconds * BILLION + in.getInt();
  }

  static byte[] entry(Inode.Child child, int type) {
    byte[] name = child.name().bytes();
    return ByteBuffer.allocate(18 + name.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(child.cookie())
        .putLong(child.ino())
        .put((byte) type)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  /** Adds the entries of a chunk to their directory. */
  static void entries(ByteBuffer in, Inode directory) {
    while (in.hasRemaining()) {
      in.getLong();
      long ino = in.getLong();
      in.get();
      directory.put(new Name(bytes(in, Byte.toUnsignedInt(in.get()))), ino);
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining())
      throw new IllegalArgumentException("a length of " + length);
    byte[] out = new byte[length];
    in.get(out);
    return out;
  }
}
