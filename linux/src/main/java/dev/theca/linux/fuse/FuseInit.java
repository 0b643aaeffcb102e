package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** FUSE_INIT: what we can do, cut down to what the kernel offers. Answered once for each mount. */
final class FuseInit {
  private static final int ASYNC_READ = 1;
  private static final int BIG_WRITES = 1 << 5;
  private static final int DONT_MASK = 1 << 6;
  private static final int DO_READDIRPLUS = 1 << 13;
  private static final int READDIRPLUS_AUTO = 1 << 14;
  private static final int ASYNC_DIO = 1 << 15;
  private static final int WRITEBACK_CACHE = 1 << 16;
  private static final int NO_OPEN_SUPPORT = 1 << 17;
  private static final int PARALLEL_DIROPS = 1 << 18;
  private static final int POSIX_ACL = 1 << 20;
  private static final int MAX_PAGES = 1 << 22;
  private static final int CACHE_SYMLINKS = 1 << 23;
  private static final int NO_OPENDIR_SUPPORT = 1 << 24;
  private static final int EXPLICIT_INVAL_DATA = 1 << 25;
  private static final int HANDLE_KILLPRIV_V2 = 1 << 28;
  private static final int SETXATTR_EXT = 1 << 29;
  private static final int INIT_EXT = 1 << 30;
  private static final int OVER_IO_URING = 1 << 9; // of the second word: bit 41
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
          | EXPLICIT_INVAL_DATA
          | HANDLE_KILLPRIV_V2
          | INIT_EXT;
  private static final int OLDEST = 31; // Linux 5.4
  private static final int OURS = 38;
  private static final int OURS_WITH_RING = 42;
  private static final int MAX_BACKGROUND = 64;
  private static final int CONGESTION = 48;

  /** What kernel and server have agreed on; {@code kernelMinor} is what the kernel spoke. */
  record Agreed(int kernelMinor, int flags, boolean ring) {}

  private final int wanted;
  private final int maxWrite;
  private final BooleanSupplier ring;
  private volatile Optional<Agreed> agreed = Optional.empty();

  /** {@code ring} is asked only when the kernel offers one, before the answer goes out. */
  FuseInit(FuseOptions options, int maxWrite, BooleanSupplier ring) {
    int flags = WANTED;
    if (options.writeback()) flags |= WRITEBACK_CACHE;
    if (options.posixAcl()) flags |= POSIX_ACL | DONT_MASK | SETXATTR_EXT;
    this.wanted = flags;
    this.maxWrite = maxWrite;
    this.ring = ring;
  }

  Optional<Agreed> agreed() {
    return agreed;
  }

  /** Whether the kernel says with an access list whether setgid is to go. */
  boolean setxattrIsExtended() {
    return agreed.isPresent() && (agreed.get().flags() & SETXATTR_EXT) != 0;
  }

  void answer(FuseRequest request) {
    if (agreed.isPresent()) throw new FuseException(Errno.EINVAL);
    int major = request.fixedInt(0);
    int minor = request.fixedInt(4);
    if (major != 7 || minor < OLDEST) throw new FuseException(Errno.EPROTO);
    int offered = request.fixedInt(12);
    boolean extended = (offered & INIT_EXT) != 0 && request.data().remaining() >= 4;
    int offered2 = extended ? request.data().getInt() : 0;
    boolean overRing = (offered2 & OVER_IO_URING) != 0 && ring.getAsBoolean();
    int flags = offered & (extended ? wanted : wanted & ~INIT_EXT);
    body(request, Math.min(minor, overRing ? OURS_WITH_RING : OURS), flags, overRing);
    agreed = Optional.of(new Agreed(minor, flags, overRing));
  }

  private void body(FuseRequest request, int minor, int flags, boolean overRing) {
    ByteBuffer out = request.body();
    out.putInt(7).putInt(minor).putInt(request.fixedInt(8)).putInt(flags);
    out.putShort((short) MAX_BACKGROUND).putShort((short) CONGESTION).putInt(maxWrite);
    out.putInt(1); // nanoseconds that times are exact to
    out.putShort((short) (maxWrite / 4096)).putShort((short) 0);
    out.putInt(overRing ? OVER_IO_URING : 0);
    out.put(new byte[28]); // stacking, time-out, and what is unused: 64 bytes in all
  }
}
