package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A copy of a mount that is attached nowhere yet (open_tree(2)), to be changed and then attached
 * (mount_setattr(2), move_mount(2)). Closed unattached, it is gone; attached, closing only lets go
 * of its root. Needs CAP_SYS_ADMIN and Linux 5.12.
 */
public final class DetachedTree implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_FROM_FD = 4; // MOVE_MOUNT_F_EMPTY_PATH
  private static final int MOVE_FOLLOW = 0x10; // MOVE_MOUNT_T_SYMLINKS
  private static final long ATTR_RDONLY = 1;
  private static final long ATTR_IDMAP = 0x100000;
  private static final int ATTR = 32; // struct mount_attr: u64 set, clear, propagation, userns_fd

  private final Fd root;
  private final boolean recursive;

  private DetachedTree(Fd root, boolean recursive) {
    this.root = root;
    this.recursive = recursive;
  }

  /** Copies what is seen at a path; {@code recursive} with the mounts below it. */
  public static DetachedTree copyOf(Path source, boolean recursive) {
    try (Arena arena = Arena.ofConfined()) {
      int flags = OPEN_TREE_CLONE | Fd.O_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
      long fd =
          Native.must(
              "open_tree " + source,
              Syscall.OPEN_TREE,
              AT_FDCWD,
              Native.text(arena, source.toString()).address(),
              flags);
      return new DetachedTree(new Fd((int) fd), recursive);
    }
  }

  /**
   * Shows owners as a user namespace maps them: what is {@code container} on the disk is seen as
   * {@code host}. Not every file system can; EINVAL says so.
   */
  public DetachedTree mapIds(Fd userNamespace) {
    return attributes("map the owners of a mount", ATTR_IDMAP, 0, userNamespace.number());
  }

  /** Makes it read-only. */
  public DetachedTree readOnly() {
    return attributes("make a mount read-only", ATTR_RDONLY, 0, 0);
  }

  /** Takes it out of its source's peer group. */
  public DetachedTree alone() {
    return attributes("make a mount private", 0, Mounts.MS_PRIVATE, 0);
  }

  private DetachedTree attributes(String what, long set, long propagation, long namespace) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTR, 8);
      attributes.set(ValueLayout.JAVA_LONG, 0, set);
      attributes.set(ValueLayout.JAVA_LONG, 16, propagation);
      attributes.set(ValueLayout.JAVA_LONG, 24, namespace);
      Native.must(
          what,
          Syscall.MOUNT_SETATTR,
          root.number(),
          Native.text(arena, "").address(),
          AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
          attributes.address(),
          ATTR,
          0);
      return this;
    }
  }

  /** Attaches it; links of the target are followed. */
  public void attach(Path target) {
    attach(root, target);
  }

  static void attach(Fd root, Path target) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "move_mount to " + target,
          Syscall.MOVE_MOUNT,
          root.number(),
          Native.text(arena, "").address(),
          AT_FDCWD,
          Native.text(arena, target.toString()).address(),
          MOVE_FROM_FD | MOVE_FOLLOW,
          0);
    }
  }

  /** Its root; a path to it is {@link Fd#link}. */
  public Fd root() {
    return root;
  }

  @Override
  public void close() {
    root.close();
  }
}
