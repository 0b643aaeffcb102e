package dev.theca.sealfs.tree;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.disk.Quota;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.List;

/**
 * A tree that is written once, from a stream of entries, and then sealed as a base. Content may
 * come from several threads, for different files; everything else is for one thread at a time.
 */
public final class Builder {
  private static final int NAME_MAX = 255;

  private final VolumeFile volume;
  private final Tree tree = new Tree(false, new Quota());
  private final ContentStream content;

  public Builder(VolumeFile volume, long inlineBytes) {
    this.volume = volume;
    this.content = new ContentStream(volume, inlineBytes);
    tree.plant(0);
  }

  /** Owner, permissions and times of an entry; nanoseconds since 1970. */
  public record Given(int mode, int uid, int gid, long mtime) {}

  public long directory(long parent, byte[] name, Given given) {
    var inode = add(parent, name, Inode.S_IFDIR, given);
    inode.nlink = 2;
    inode.parent = parent;
    inode(parent).nlink++;
    return inode.ino;
  }

  public long file(long parent, byte[] name, Given given) {
    return add(parent, name, Inode.S_IFREG, given).ino;
  }

  /** Begins a file without a name. Any thread. */
  public long begin(Given given) {
    var inode = new Inode(tree.nextIno.getAndIncrement(), Inode.S_IFREG);
    apply(inode, given);
    tree.inodes.put(inode);
    content.begin(inode);
    return inode.ino;
  }

  /** A file that was begun has all its content; a size behind it is a hole. Any thread. */
  public void end(long ino, long size) {
    var inode = inode(ino);
    inode.size = Math.max(inode.size, size);
    content.end(inode);
  }

  public void attach(long ino, long parent, byte[] name) {
    var inode = inode(ino);
    if (inode.nlink != 0) throw new IllegalArgumentException("the file has a name");
    insert(parent, name, inode);
    inode.nlink = 1;
  }

  public long lookup(long parent, byte[] name) {
    var entry = inode(parent).directory().find(name);
    if (entry == null) throw new IllegalArgumentException("no such name");
    return entry.ino;
  }

  public long symlink(long parent, byte[] name, byte[] target, Given given) {
    if (target.length == 0 || target.length > 4095)
      throw new IllegalArgumentException("a link target of " + target.length + " bytes");
    var inode = add(parent, name, Inode.S_IFLNK, given);
    inode.mode = Inode.S_IFLNK | 0777;
    inode.bytes = target.clone();
    inode.size = target.length;
    return inode.ino;
  }

  public long node(long parent, byte[] name, int type, int major, int minor, Given given) {
    var inode = add(parent, name, type & Inode.S_IFMT, given);
    inode.rdev = minor & 0xFF | major << 8 | (minor & ~0xFF) << 12;
    return inode.ino;
  }

  public void link(long ino, long parent, byte[] name) {
    var inode = inode(ino);
    if (inode.isDirectory()) throw new IllegalArgumentException("a directory has one name");
    insert(parent, name, inode);
    inode.nlink++;
  }

  public void xattr(long ino, byte[] name, byte[] value) {
    var inode = inode(ino);
    inode.setXattr(name.clone(), value.clone());
    if (inode.xattrBytes() > Files.XATTRS_MAX)
      throw new IllegalArgumentException(
          "extended attributes of more than " + Files.XATTRS_MAX + " bytes");
  }

  public void clearXattrs(long ino) {
    inode(ino).clearXattrs();
  }

  public void given(long ino, Given given) {
    apply(inode(ino), given);
  }

  /** Removes a name, and with the last name the entry; of a directory everything below. */
  public void remove(long parent, byte[] name) {
    var directory = inode(parent);
    var entry = directory.directory().remove(name);
    if (entry != null) drop(directory, inode(entry.ino));
  }

  private void drop(Inode directory, Inode inode) {
    if (inode.isDirectory()) {
      inode.directory().each(child -> drop(inode, inode(child.ino)));
      directory.nlink--;
      tree.inodes.remove(inode.ino);
    } else if (--inode.nlink == 0) {
      tree.inodes.remove(inode.ino);
      content.drop(inode);
    }
  }

  /** Content of a file; offsets rise, gaps are holes. */
  public void data(long ino, long offset, byte[] bytes, int from, int length) {
    content.add(inode(ino), offset, bytes, from, length);
  }

  /** Sets the size of a sparse file that ends in a hole. */
  public void size(long ino, long size) {
    var inode = inode(ino);
    inode.size = Math.max(inode.size, size);
  }

  private Inode add(long parent, byte[] name, int type, Given given) {
    var inode = new Inode(tree.nextIno.getAndIncrement(), type);
    apply(inode, given);
    inode.nlink = 1;
    insert(parent, name, inode);
    tree.inodes.put(inode);
    return inode;
  }

  private static void apply(Inode inode, Given given) {
    inode.mode = inode.mode & Inode.S_IFMT | given.mode() & 07777;
    inode.uid = given.uid();
    inode.gid = given.gid();
    inode.atime = inode.mtime = inode.ctime = inode.btime = given.mtime();
  }

  private void insert(long parent, byte[] name, Inode inode) {
    if (name.length == 0 || name.length > NAME_MAX)
      throw new IllegalArgumentException("a name of " + name.length + " bytes");
    for (byte b : name)
      if (b == 0 || b == '/') throw new IllegalArgumentException("a name with NUL or slash");
    var directory = inode(parent).directory();
    if (directory.find(name) != null)
      throw new IllegalArgumentException("the name exists: " + new Name(name));
    Directory.Entry unused = directory.add(name.clone(), inode.ino, inode.mode >> 12 & 15);
  }

  private Inode inode(long ino) {
    var inode = tree.find(ino);
    if (inode == null) throw new IllegalArgumentException("no inode " + ino);
    return inode;
  }

  /** How many inodes there are. */
  public int inodes() {
    return tree.size();
  }

  /** Writes metadata and superblock; after this the file is a base, and on the disk. */
  public void seal() {
    long end = content.finish();
    tree.inodes.each(
        inode -> {
          if (inode.nlink == 0) tree.inodes.remove(inode.ino); // begun, and never given a name
        });
    var slots = new Slots((int) end, true);
    var snapshot = Snapshot.whole(tree);
    var head =
        new StateWriter.Head(
            0, tree.nextIno.get(), new Anchor(0, new byte[32]), tree.size(), 0, 0, true);
    StateWriter.Written unused =
        new StateWriter(volume, slots, slots.picture())
            .write(snapshot.kept(), snapshot.fresh(), List.of(), head, () -> {});
  }
}
