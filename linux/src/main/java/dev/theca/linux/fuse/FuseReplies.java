package dev.theca.linux.fuse;

import java.nio.ByteBuffer;

/** The fixed answer bodies: fuse_entry_out, fuse_attr_out, fuse_open_out, fuse_statfs_out. */
final class FuseReplies {
  private static final long BILLION = 1_000_000_000L;

  private final long cacheSeconds;

  FuseReplies(long cacheSeconds) {
    this.cacheSeconds = cacheSeconds;
  }

  void entry(ByteBuffer out, FuseHandler.Entry entry) {
    out.putLong(entry.node())
        .putLong(0)
        .putLong(cacheSeconds)
        .putLong(cacheSeconds)
        .putInt(0)
        .putInt(0);
    put(out, entry.attr());
  }

  void attr(ByteBuffer out, FuseAttr attr) {
    out.putLong(cacheSeconds).putInt(0).putInt(0);
    put(out, attr);
  }

  void opened(ByteBuffer out, FuseHandler.Opened opened) {
    out.putLong(opened.handle()).putInt(opened.flags()).putInt(0);
  }

  void space(ByteBuffer out, FuseHandler.Space space) {
    out.putLong(space.blocks())
        .putLong(space.freeBlocks())
        .putLong(space.freeBlocks())
        .putLong(space.files())
        .putLong(space.freeFiles())
        .putInt(space.blockSize())
        .putInt(255)
        .putInt(space.blockSize())
        .put(new byte[28]);
  }

  private static void put(ByteBuffer out, FuseAttr a) {
    out.putLong(a.ino()).putLong(a.size()).putLong(a.blocks());
    out.putLong(Math.floorDiv(a.atimeNanos(), BILLION));
    out.putLong(Math.floorDiv(a.mtimeNanos(), BILLION));
    out.putLong(Math.floorDiv(a.ctimeNanos(), BILLION));
    out.putInt((int) Math.floorMod(a.atimeNanos(), BILLION));
    out.putInt((int) Math.floorMod(a.mtimeNanos(), BILLION));
    out.putInt((int) Math.floorMod(a.ctimeNanos(), BILLION));
    out.putInt(a.mode()).putInt(a.nlink()).putInt(a.uid()).putInt(a.gid()).putInt(a.rdev());
    out.putInt(a.blockSize()).putInt(0);
  }
}
