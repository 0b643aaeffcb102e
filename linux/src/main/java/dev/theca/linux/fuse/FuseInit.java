package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;

/** FUSE_INIT: what we can do, cut down to what the kernel offers. */
final class FuseInit {
  private static final int ASYNC_READ = 1;
  private static final int BIG_WRITES = 1 << 5;
  private static final int DO_READDIRPLUS = 1 << 13;
  private static final int READDIRPLUS_AUTO = 1 << 14;
  private static final int ASYNC_DIO = 1 << 15;
  private static final int NO_OPEN_SUPPORT = 1 << 17;
  private static final int PARALLEL_DIROPS = 1 << 18;
  private static final int MAX_PAGES = 1 << 22;
  private static final int CACHE_SYMLINKS = 1 << 23;
  private static final int NO_OPENDIR_SUPPORT = 1 << 24;
  private static final int HANDLE_KILLPRIV_V2 = 1 << 28;
  private static final int WANTED =
      ASYNC_READ
          | BIG_WRITES
          | DO_READDIRPLUS
          | READDIRPLUS_AUTO
          | ASYNC_DIO
          | NO_OPEN_SUPPORT
          | PARALLEL_DIROPS
          | MAX_PAGES
          | CACHE_SYMLINKS
          | NO_OPENDIR_SUPPORT
          | HANDLE_KILLPRIV_V2;

  private FuseInit() {}

  static void negotiate(ByteBuffer in, ByteBuffer out) {
    int major = in.getInt(40);
    int minor = in.getInt(44);
    if (major != 7 || minor < 31)
      throw new FuseException(Errno.EOPNOTSUPP); // Linux 5.4 speaks 7.31
    out.putInt(7).putInt(Math.min(minor, 38)).putInt(in.getInt(48)).putInt(in.getInt(52) & WANTED);
    out.putShort((short) 64)
        .putShort((short) 48)
        .putInt(1 << 20)
        .putInt(1)
        .putShort((short) 256)
        .putShort((short) 0);
    out.put(new byte[32]); // flags2, depth, time-out and what is unused: 64 bytes in all
  }
}
