package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseHandler.Change;
import dev.theca.linux.fuse.FuseHandler.Entry;
import java.nio.ByteBuffer;

/**
 * Turns requests into calls of a {@link FuseHandler} and its results into answers: the tables of
 * include/uapi/linux/fuse.h, protocol 7.42. One method for each operation: the JVM compiles no
 * method above 8000 bytecodes.
 */
final class FuseDispatch {
  private static final int DIRENT = 24;
  private static final int ENTRY = 128;
  private static final int SETXATTR_EXTENDED = 16;
  private static final int ACL_KILL_SGID = 1;
  private static final byte[] NO_ENTRY = new byte[ENTRY];
  private static final int TARGET_MAX = 4095;
  private static final long BILLION = 1_000_000_000L;

  private final FuseHandler handler;
  private final FuseInit init;
  private final FuseReplies replies;

  FuseDispatch(FuseHandler handler, FuseInit init, long cacheSeconds) {
    this.handler = handler;
    this.init = init;
    this.replies = new FuseReplies(cacheSeconds);
  }

  /** Serves one request and writes its answer; false when it wants none. */
  boolean answer(FuseRequest request) {
    int error = 0;
    boolean wanted = true;
    try {
      FuseOp op = FuseOp.of(request.opcode());
      if (op == null) throw new FuseException(Errno.ENOSYS);
      wanted = op != FuseOp.FORGET && op != FuseOp.BATCH_FORGET && op != FuseOp.INTERRUPT;
      request.layout(fixedSize(op));
      serve(op, request);
    } catch (FuseException e) {
      error = e.errno();
    } catch (RuntimeException | Error e) {
      // One request fails; the mount and everybody else on it go on.
      FuseLog.LOG.log(
          System.Logger.Level.ERROR, "file system request " + request.opcode() + " failed", e);
      error = Errno.EIO;
    }
    request.answer(error);
    return wanted;
  }

  private int fixedSize(FuseOp op) {
    boolean longer = op == FuseOp.SETXATTR && init.setxattrIsExtended();
    return longer ? SETXATTR_EXTENDED : op.fixedSize;
  }

  private void serve(FuseOp op, FuseRequest r) {
    switch (op) {
      case LOOKUP -> replies.entry(r.body(), handler.lookup(r.caller(), r.node(), r.name()));
      case FORGET -> forget(r.node(), r.fixedLong(0));
      case BATCH_FORGET -> batchForget(r);
      case INTERRUPT, DESTROY, RELEASEDIR -> {} // nothing here blocks for long or keeps state
      case GETATTR -> replies.attr(r.body(), handler.getattr(r.caller(), r.node()));
      case SETATTR -> replies.attr(r.body(), handler.setattr(r.caller(), r.node(), change(r)));
      case READLINK -> readlink(r);
      case SYMLINK -> symlink(r);
      case MKNOD -> mknod(r);
      case MKDIR -> mkdir(r);
      case UNLINK -> handler.unlink(r.node(), r.name());
      case RMDIR -> handler.rmdir(r.node(), r.name());
      case RENAME -> rename(r, 0);
      case RENAME2 -> rename(r, r.fixedInt(8));
      case LINK -> replies.entry(r.body(), handler.link(r.fixedLong(0), r.node(), r.name()));
      case OPEN -> replies.opened(r.body(), handler.open(r.caller(), r.node(), r.fixedInt(0)));
      case READ -> read(r);
      case WRITE -> write(r);
      case STATFS -> replies.space(r.body(), handler.statfs());
      case RELEASE -> handler.release(r.node(), r.fixedLong(0));
      case FSYNC, FSYNCDIR -> handler.fsync(r.node(), (r.fixedInt(8) & 1) != 0);
      case SYNCFS -> handler.fsync(1, false);
      case SETXATTR -> setxattr(r);
      case GETXATTR -> getxattr(r);
      case LISTXATTR -> sized(r, handler.listxattr(r.caller(), r.node()));
      case REMOVEXATTR -> handler.removexattr(r.caller(), r.node(), r.text());
      case INIT -> init.answer(r);
      case READDIR -> readdir(r);
      case READDIRPLUS -> readdirplus(r);
      case IOCTL -> throw new FuseException(Errno.ENOTTY);
      case FALLOCATE -> fallocate(r);
      case LSEEK -> lseek(r);
      case TMPFILE -> tmpfile(r);
    }
  }

  private void forget(long node, long lookups) {
    if (lookups > 0) handler.forget(node, lookups);
  }

  private void batchForget(FuseRequest r) {
    ByteBuffer pairs = r.data();
    for (int left = r.fixedInt(0); left > 0 && pairs.remaining() >= 16; left--) {
      forget(pairs.getLong(), pairs.getLong());
    }
  }

  private static Change change(FuseRequest r) {
    int valid = r.fixedInt(0);
    long size = (valid & FuseFlags.SET_SIZE) != 0 ? r.fixedOffset(16) : 0;
    return new Change(
        valid,
        r.fixedLong(8),
        size,
        nanos(r.fixedLong(32), r.fixedInt(56)),
        nanos(r.fixedLong(40), r.fixedInt(60)),
        nanos(r.fixedLong(48), r.fixedInt(64)),
        r.fixedInt(68),
        r.fixedInt(76),
        r.fixedInt(80));
  }

  /** Times beyond what fits (1677 to 2262) become the nearest that does. */
  private static long nanos(long seconds, int nanos) {
    long limit = Long.MAX_VALUE / BILLION - 1;
    return Math.clamp(seconds, -limit, limit) * BILLION + Math.clamp(nanos, 0, BILLION - 1);
  }

  private void readlink(FuseRequest r) {
    byte[] target = handler.readlink(r.node());
    if (target.length > TARGET_MAX) throw new FuseException(Errno.ENAMETOOLONG);
    r.body().put(target);
  }

  private void symlink(FuseRequest r) {
    byte[] name = r.name();
    byte[] target = r.text();
    replies.entry(r.body(), handler.symlink(r.caller(), r.node(), name, target));
  }

  private void mknod(FuseRequest r) {
    int mode = r.fixedInt(0);
    var made = handler.mknod(r.caller(), r.node(), r.name(), mode, r.fixedInt(4), r.fixedInt(8));
    replies.entry(r.body(), made);
  }

  private void mkdir(FuseRequest r) {
    var made = handler.mkdir(r.caller(), r.node(), r.name(), r.fixedInt(0), r.fixedInt(4));
    replies.entry(r.body(), made);
  }

  private void tmpfile(FuseRequest r) {
    replies.entry(r.body(), handler.tmpfile(r.caller(), r.node(), r.fixedInt(4), r.fixedInt(8)));
    replies.opened(r.body(), new FuseHandler.Opened(0, 0));
  }

  private void rename(FuseRequest r, int flags) {
    byte[] from = r.name();
    byte[] to = r.name();
    handler.rename(r.caller(), r.node(), from, r.fixedLong(0), to, flags);
  }

  private void read(FuseRequest r) {
    int size = r.fixedInt(16);
    ByteBuffer body = r.body();
    if (size < 0 || size > body.capacity()) throw new FuseException(Errno.EINVAL);
    ByteBuffer into = body.slice(0, size).order(body.order());
    handler.read(r.caller(), r.node(), r.fixedLong(0), r.fixedOffset(8), into);
    body.position(into.position());
  }

  private void write(FuseRequest r) {
    ByteBuffer data = r.view(r.fixedInt(16));
    int flags = r.fixedInt(20);
    int taken = handler.write(r.caller(), r.node(), r.fixedLong(0), r.fixedOffset(8), data, flags);
    r.body().putInt(taken).putInt(0);
  }

  private void setxattr(FuseRequest r) {
    byte[] name = r.text();
    byte[] value = r.bytes(r.fixedInt(0));
    int flags = r.fixedInt(4) & (FuseFlags.XATTR_CREATE | FuseFlags.XATTR_REPLACE);
    if (init.setxattrIsExtended() && (r.fixedInt(8) & ACL_KILL_SGID) != 0)
      flags |= FuseFlags.XATTR_KILL_SGID;
    handler.setxattr(r.caller(), r.node(), name, value, flags);
  }

  private void getxattr(FuseRequest r) {
    sized(r, handler.getxattr(r.caller(), r.node(), r.text()));
  }

  private static void sized(FuseRequest r, byte[] value) {
    int room = r.fixedInt(0);
    if (room == 0) {
      r.body().putInt(value.length).putInt(0);
    } else if (Integer.compareUnsigned(value.length, room) > 0) {
      throw new FuseException(Errno.ERANGE);
    } else {
      r.body().put(value);
    }
  }

  private void fallocate(FuseRequest r) {
    handler.fallocate(r.node(), r.fixedOffset(8), r.fixedOffset(16), r.fixedInt(24));
  }

  private void lseek(FuseRequest r) {
    r.body().putLong(handler.lseek(r.node(), r.fixedLong(8), r.fixedInt(16)));
  }

  private static int room(FuseRequest r) {
    int size = r.fixedInt(16);
    if (size < 0) throw new FuseException(Errno.EINVAL);
    return Math.min(size, r.body().capacity());
  }

  private void readdir(FuseRequest r) {
    ByteBuffer out = r.body();
    int end = room(r);
    handler.readdir(
        r.node(),
        r.fixedLong(8),
        (name, cookie, _, attr) -> {
          if (out.position() + direntSize(name) > end) return false;
          dirent(out, name, cookie, attr);
          return true;
        });
  }

  private void readdirplus(FuseRequest r) {
    ByteBuffer out = r.body();
    int end = room(r);
    handler.readdir(
        r.node(),
        r.fixedLong(8),
        (name, cookie, node, attr) -> {
          if (out.position() + ENTRY + direntSize(name) > end) return false;
          if (isDots(name)) {
            out.put(NO_ENTRY);
          } else {
            handler.looked(node);
            replies.entry(out, new Entry(node, attr));
          }
          dirent(out, name, cookie, attr);
          return true;
        });
  }

  /** Names that the kernel does not count as looked up. */
  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
  }

  private static int direntSize(byte[] name) {
    return DIRENT + name.length + 7 & ~7;
  }

  private static void dirent(ByteBuffer out, byte[] name, long cookie, FuseAttr attr) {
    int end = out.position() + direntSize(name);
    out.putLong(attr.ino())
        .putLong(cookie)
        .putInt(name.length)
        .putInt(attr.mode() >> 12 & 15)
        .put(name);
    while (out.position() < end) out.put((byte) 0);
  }
}
