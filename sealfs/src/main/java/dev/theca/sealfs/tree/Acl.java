package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A POSIX access control list as an extended attribute holds it
 * (include/uapi/linux/posix_acl_xattr.h: u32 version 2, then {u16 tag, u16 permissions, u32 id}).
 * The kernel checks access; here lists are inherited and kept in step with the mode (acl(5)).
 */
final class Acl {
  static final byte[] ACCESS = Name.of("system.posix_acl_access").bytes();
  static final byte[] DEFAULT = Name.of("system.posix_acl_default").bytes();
  private static final int VERSION = 2;
  private static final int USER_OBJ = 1;
  private static final int USER = 2;
  private static final int GROUP_OBJ = 4;
  private static final int GROUP = 8;
  private static final int MASK = 16;
  private static final int OTHER = 32;
  private static final int NO_ID = -1;

  /** One line of a list. */
  private record Line(int tag, int permissions, int id) {
    Line with(int now) {
      return new Line(tag, now, id);
    }
  }

  private final List<Line> lines;

  private Acl(List<Line> lines) {
    this.lines = lines;
  }

  /** Reads a list; EINVAL when it is none. */
  static Acl parse(byte[] value) {
    if (value.length < 4 || value.length % 8 != 4) throw new PosixException(Errno.EINVAL);
    var in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt() != VERSION) throw new PosixException(Errno.EOPNOTSUPP);
    var lines = new ArrayList<Line>();
    while (in.hasRemaining()) {
      int tag = in.getShort();
      int permissions = in.getShort();
      int id = in.getInt();
      if ((permissions & ~7) != 0) throw new PosixException(Errno.EINVAL);
      lines.add(new Line(tag, permissions, tag == USER || tag == GROUP ? id : NO_ID));
    }
    var acl = new Acl(lines);
    acl.check();
    return acl;
  }

  private void check() {
    if (lines.isEmpty()) return;
    boolean named = false;
    for (Line line : lines) named |= line.tag() == USER || line.tag() == GROUP;
    if (count(USER_OBJ) != 1
        || count(GROUP_OBJ) != 1
        || count(OTHER) != 1
        || count(MASK) > 1
        || (named && count(MASK) != 1)) throw new PosixException(Errno.EINVAL);
  }

  private long count(int tag) {
    return lines.stream().filter(line -> line.tag() == tag).count();
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Whether the nine bits of a mode say the same. */
  boolean isMode() {
    return lines.size() == 3;
  }

  byte[] bytes() {
    var out = ByteBuffer.allocate(4 + 8 * lines.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(VERSION);
    for (Line line : lines)
      out.putShort((short) line.tag()).putShort((short) line.permissions()).putInt(line.id());
    return out.array();
  }

  private int permissions(int tag, int otherwise) {
    for (Line line : lines) if (line.tag() == tag) return line.permissions();
    return otherwise;
  }

  /** The nine bits that the list stands for: the group's are the mask's, when there is one. */
  int mode() {
    int group = permissions(MASK, permissions(GROUP_OBJ, 0));
    return permissions(USER_OBJ, 0) << 6 | group << 3 | permissions(OTHER, 0);
  }

  /** The list after chmod(2). */
  Acl withMode(int mode) {
    boolean masked = count(MASK) > 0;
    var now = new ArrayList<Line>();
    for (Line line : lines) {
      now.add(
          switch (line.tag()) {
            case USER_OBJ -> line.with(mode >> 6 & 7);
            case OTHER -> line.with(mode & 7);
            case MASK -> line.with(mode >> 3 & 7);
            case GROUP_OBJ -> masked ? line : line.with(mode >> 3 & 7);
            default -> line;
          });
    }
    return new Acl(now);
  }

  /** What a default list makes of the mode that somebody asked for: no bit that either lacks. */
  Acl created(int mode) {
    boolean masked = count(MASK) > 0;
    var now = new ArrayList<Line>();
    for (Line line : lines) {
      now.add(
          switch (line.tag()) {
            case USER_OBJ -> line.with(line.permissions() & mode >> 6);
            case OTHER -> line.with(line.permissions() & mode);
            case MASK -> line.with(line.permissions() & mode >> 3);
            case GROUP_OBJ -> masked ? line : line.with(line.permissions() & mode >> 3);
            default -> line;
          });
    }
    return new Acl(now);
  }

  /** The list of an inode under a name, when it has one. */
  static @Nullable Acl of(Inode inode, byte[] name) {
    byte[] value = inode.xattr(name);
    return value == null ? null : parse(value);
  }

  /** Gives a new inode the lists of its directory, or the mode under the umask. */
  static void inherit(Inode directory, Inode made, int umask) {
    Acl given = of(directory, DEFAULT);
    if (given == null || made.isSymlink()) {
      if (!made.isSymlink()) made.mode &= ~(umask & 0777);
      return;
    }
    Acl access = given.created(made.mode & 0777);
    made.mode = made.mode & ~0777 | access.mode();
    if (!access.isMode()) made.setXattr(ACCESS, access.bytes());
    if (made.isDirectory()) made.setXattr(DEFAULT, given.bytes());
  }
}
