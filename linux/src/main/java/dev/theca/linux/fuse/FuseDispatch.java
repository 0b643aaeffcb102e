package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseHandler.Change;
import dev.theca.linux.fuse.FuseHandler.Entry;
import dev.theca.linux.fuse.FuseHandler.Opened;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Turns request bytes into calls of a {@link FuseHandler} and its results into answer bytes: the
 * tables of include/uapi/linux/fuse.h, protocol 7.38. The request header has 40 bytes, the answer
 * header 16.
 */
final class FuseDispatch {
  private static final System.Logger LOG = System.getLogger("theca.fuse");
  private static final int IN = 40;
  private static final int OUT = 16;

  private final FuseHandler handler;
  private final FuseReplies replies;

  FuseDispatch(FuseHandler handler, FuseOptions options) {
    this.handler = handler;
    this.replies = new FuseReplies(options.cacheSeconds());
  }

  /** Answers one request; false when it wants no answer. */
  boolean answer(ByteBuffer in, ByteBuffer out) {
    int opcode = in.getInt(4);
    long unique = in.getLong(8);
    out.position(OUT);
    int error = 0;
    try {
      if (!dispatch(opcode, in, out)) return false;
    } catch (FuseException e) {
      error = e.errno();
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(System.Logger.Level.ERROR, "file system request " + opcode + " failed", e);
      error = Errno.EIO;
    }
    if (error != 0) out.position(OUT);
    out.putInt(0, out.position()).putInt(4, -error).putLong(8, unique);
    return true;
  }

  private boolean dispatch(int opcode, ByteBuffer in, ByteBuffer out) {
    long node = in.getLong(16);
    var caller = new FuseCaller(in.getInt(24), in.getInt(28), in.getInt(32));
    switch (opcode) {
      case 26 -> FuseInit.negotiate(in, out);
      case 1 -> replies.entry(out, handler.lookup(caller, node, name(in, IN)));
      case 2 -> {
        handler.forget(node, in.getLong(IN));
        return false;
      }
      case 42 -> {
        batchForget(in);
        return false;
      }
      case 36 -> {
        return false; // INTERRUPT: nothing here blocks for long
      }
      case 3 -> replies.attr(out, handler.getattr(caller, node));
      case 4 -> replies.attr(out, handler.setattr(caller, node, change(in)));
      case 5 -> out.put(handler.readlink(node));
      case 6 -> {
        byte[] name = name(in, IN);
        replies.entry(out, handler.symlink(caller, node, name, name(in, IN + name.length + 1)));
      }
      case 8 ->
          replies.entry(
              out,
              handler.mknod(caller, node, name(in, IN + 16), in.getInt(IN), in.getInt(IN + 4)));
      case 9 -> replies.entry(out, handler.mkdir(caller, node, name(in, IN + 8), in.getInt(IN)));
      case 10 -> handler.unlink(node, name(in, IN));
      case 11 -> handler.rmdir(node, name(in, IN));
      case 12 -> rename(caller, node, in, 8, 0);
      case 45 -> rename(caller, node, in, 16, in.getInt(IN + 8));
      case 13 -> replies.entry(out, handler.link(in.getLong(IN), node, name(in, IN + 8)));
      case 14 -> opened(out, handler.open(caller, node, in.getInt(IN)));
      case 18 -> handler.release(node, in.getLong(IN));
      case 15 -> read(caller, node, in, out);
      case 16 -> write(caller, node, in, out);
      case 17 -> replies.space(out, handler.statfs());
      case 20, 30 -> handler.fsync(node, (in.getInt(IN + 8) & 1) != 0);
      case 50 -> handler.fsync(1, false);
      case 21 -> setxattr(node, in);
      case 22 -> sized(out, handler.getxattr(node, name(in, IN + 8)), in.getInt(IN));
      case 23 -> sized(out, handler.listxattr(node), in.getInt(IN));
      case 24 -> handler.removexattr(node, name(in, IN));
      case 28 -> readdir(node, in, out, false);
      case 44 -> readdir(node, in, out, true);
      case 43 ->
          handler.fallocate(node, in.getLong(IN + 8), in.getLong(IN + 16), in.getInt(IN + 24));
      case 46 -> out.putLong(handler.lseek(node, in.getLong(IN + 8), in.getInt(IN + 16)));
      case 38 -> {} // DESTROY
      case 39 -> throw new FuseException(Errno.ENOTTY);
      default -> throw new FuseException(Errno.ENOSYS);
    }
    return true;
  }

  private static byte[] name(ByteBuffer in, int from) {
    int end = from;
    while (end < in.limit() && in.get(end) != 0) end++;
    byte[] name = new byte[end - from];
    in.get(from, name);
    return name;
  }

  private void batchForget(ByteBuffer in) {
    int count = in.getInt(IN);
    for (int i = 0, at = IN + 8; i < count && at + 16 <= in.limit(); i++, at += 16) {
      handler.forget(in.getLong(at), in.getLong(at + 8));
    }
  }

  private static Change change(ByteBuffer in) {
    return new Change(
        in.getInt(IN),
        in.getLong(IN + 8),
        in.getLong(IN + 16),
        nanos(in.getLong(IN + 32), in.getInt(IN + 56)),
        nanos(in.getLong(IN + 40), in.getInt(IN + 60)),
        nanos(in.getLong(IN + 48), in.getInt(IN + 64)),
        in.getInt(IN + 68),
        in.getInt(IN + 76),
        in.getInt(IN + 80));
  }

  private static long nanos(long seconds, int nanos) {
    return seconds * 1_000_000_000L + nanos;
  }

  private void rename(FuseCaller caller, long node, ByteBuffer in, int fixed, int flags) {
    byte[] from = name(in, IN + fixed);
    handler.rename(
        caller, node, from, in.getLong(IN), name(in, IN + fixed + from.length + 1), flags);
  }

  private static void opened(ByteBuffer out, Opened opened) {
    out.putLong(opened.handle()).putInt(opened.flags()).putInt(0);
  }

  private void read(FuseCaller caller, long node, ByteBuffer in, ByteBuffer out) {
    int size = Math.min(in.getInt(IN + 16), out.capacity() - OUT);
    var into = out.slice(OUT, size).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    handler.read(caller, node, in.getLong(IN), in.getLong(IN + 8), into);
    out.position(OUT + into.position());
  }

  private void write(FuseCaller caller, long node, ByteBuffer in, ByteBuffer out) {
    int size = in.getInt(IN + 16);
    var data = in.slice(IN + 40, Math.min(size, in.limit() - IN - 40));
    out.putInt(
            handler.write(
                caller, node, in.getLong(IN), in.getLong(IN + 8), data, in.getInt(IN + 20)))
        .putInt(0);
  }

  private void setxattr(long node, ByteBuffer in) {
    byte[] name = name(in, IN + 8);
    byte[] value = new byte[in.getInt(IN)];
    in.get(IN + 8 + name.length + 1, value);
    handler.setxattr(node, name, value, in.getInt(IN + 4));
  }

  private static void sized(ByteBuffer out, byte[] value, int room) {
    if (room == 0) {
      out.putInt(value.length).putInt(0);
    } else if (value.length > room) {
      throw new FuseException(Errno.ERANGE);
    } else {
      out.put(value);
    }
  }

  private void readdir(long node, ByteBuffer in, ByteBuffer out, boolean plus) {
    int end = Math.min(OUT + in.getInt(IN + 16), out.capacity());
    handler.readdir(
        node,
        in.getLong(IN + 8),
        (name, cookie, child, attr) -> {
          int size = (plus ? 128 : 0) + (24 + name.length + 7 & ~7);
          if (out.position() + size > end) return false;
          boolean counts =
              plus
                  && !Arrays.equals(name, new byte[] {'.'})
                  && !Arrays.equals(name, new byte[] {'.', '.'});
          if (counts) {
            handler.looked(child);
            replies.entry(out, new Entry(child, attr));
          } else if (plus) {
            out.put(new byte[128]);
          }
          int from = out.position();
          out.putLong(attr.ino())
              .putLong(cookie)
              .putInt(name.length)
              .putInt(attr.mode() >> 12 & 15)
              .put(name);
          while ((out.position() - from) % 8 != 0) out.put((byte) 0);
          return true;
        });
  }
}
