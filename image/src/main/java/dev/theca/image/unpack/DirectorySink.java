package dev.theca.image.unpack;

import dev.theca.image.ImageException;
import dev.theca.linux.Directory;
import dev.theca.linux.Fd;
import dev.theca.linux.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A tree in a directory, with real owners, modes, times, devices, links and extended attributes of
 * all name spaces. It grows beside its target, in a directory that only its owner enters; {@link
 * #publish} moves it there in one step, and closing without that removes it. Every name is used
 * relative to an open directory without following links.
 *
 * <p>Without root's rights, {@link Rights#OWN} leaves out what only root may do, and counts it in
 * {@link #leftOut}.
 */
public final class DirectorySink implements TreeSink, AutoCloseable {
  /** What the sink may do. */
  public enum Rights {
    /** Everything; what the kernel does not allow is a fault. */
    ROOT,
    /**
     * What anybody may: files belong to the caller; no devices; no attributes of {@code trusted.}
     * and {@code security.}.
     */
    OWN
  }

  private static final byte[] TREE = "tree".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FILES = "files".getBytes(StandardCharsets.US_ASCII);

  /**
   * Access lists of directories come in the end: a default one goes over to what is made inside,
   * and a change of mode changes the other.
   */
  private static final String ACL = "system.posix_acl_";

  private static final int COPY = 1 << 17;

  /** A file whose content is on its way. */
  private static final class Open {
    private final Fd fd;
    private final Attributes attributes;
    private long endBytes;

    Open(Fd fd, Attributes attributes) {
      this.fd = fd;
      this.attributes = attributes;
    }
  }

  private final Path target;
  private final Path work;
  private final Rights rights;
  private final OpenDirectories directories;
  private final Directory files;
  private final ConcurrentHashMap<Long, Open> open = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
  private final AtomicLong nextFile = new AtomicLong(1);
  private final ConcurrentHashMap<String, AtomicLong> leftOut = new ConcurrentHashMap<>();
  private final Map<Integer, Map<String, byte[]>> acls = new TreeMap<>();
  private boolean published;

  private DirectorySink(Path target, Path work, Rights rights, int maxNamesBytes) {
    this.target = target;
    this.work = work;
    this.rights = rights;
    try (var folder = Directory.open(work)) {
      folder.mkdir(TREE, 0700);
      folder.mkdir(FILES, 0700);
      this.files = folder.open(FILES);
      this.directories = new OpenDirectories(folder.open(TREE), maxNamesBytes);
    }
  }

  /**
   * Begins a tree for a directory that does not exist yet or is empty; the directory above it must
   * exist and lie on the same file system.
   */
  public static DirectorySink create(Path target, Rights rights, Limits limits) {
    Path whole = target.toAbsolutePath().normalize();
    Path above = whole.getParent();
    if (above == null) throw new ImageException("the root directory cannot be unpacked to");
    try {
      if (Files.exists(whole, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        try (var names = Files.newDirectoryStream(whole)) {
          if (names.iterator().hasNext())
            throw new ImageException(whole + " is not empty; choose another directory");
        }
      }
      Path work =
          Files.createTempDirectory(
              above,
              ".theca-unpack-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return new DirectorySink(whole, work, rights, limits.namesBytes());
    } catch (IOException e) {
      throw new ImageException("cannot begin a tree beside " + whole + ": " + e.getMessage(), e);
    }
  }

  /**
   * What was left out, by kind, and how often; with {@link Rights#ROOT} only what Linux has no
   * place for.
   */
  public Map<String, Long> leftOut() {
    var counts = new TreeMap<String, Long>();
    leftOut.forEach((what, count) -> counts.put(what, count.get()));
    return counts;
  }

  @Override
  public long root() {
    return OpenDirectories.ROOT;
  }

  @Override
  public long file(Attributes attributes) {
    long file = nextFile.getAndIncrement();
    open.put(file, new Open(files.create(staged(file)), attributes));
    return file;
  }

  @Override
  public long file(long parent, byte[] name, Attributes attributes) {
    long file = nextFile.getAndIncrement();
    open.put(file, new Open(directory(parent).create(name), attributes));
    return file;
  }

  private static byte[] staged(long file) {
    return Long.toString(file).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    var found = opened(file);
    var ready = buffers.poll();
    var buffer = ready == null ? ByteBuffer.allocateDirect(COPY) : ready;
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, COPY);
      buffer.clear().put(bytes, from + done, n).flip();
      found.fd.writeAt(buffer, offset + done);
      done += n;
    }
    found.endBytes = offset + length;
    buffers.add(buffer);
  }

  private Open opened(long file) {
    var found = open.get(file);
    if (found == null) throw new IllegalArgumentException("no file " + file + " is open");
    return found;
  }

  @Override
  public void end(long file, long size) {
    var found = opened(file);
    open.remove(file);
    try (var fd = found.fd) {
      if (size > found.endBytes) fd.resize(size);
      apply(fd, found.attributes, found.attributes.xattrs());
      fd.times(found.attributes.mtimeNanos());
    }
  }

  /** Owner before mode and attributes: a change of owner clears setuid and capabilities. */
  private void apply(Fd fd, Attributes attributes, Map<String, byte[]> xattrs) {
    if (owned(attributes)) fd.owner(attributes.uid(), attributes.gid());
    fd.mode(attributes.mode());
    xattrs.forEach(
        (name, value) -> {
          if (may(name)) Xattrs.set(fd, name, value);
        });
  }

  @Override
  public void attach(long file, long parent, byte[] name) {
    directory(parent).rename(files, staged(file), name);
  }

  @Override
  public long directory(long parent, byte[] name, Attributes attributes) {
    directory(parent).mkdir(name, 0700);
    long handle = directories.add((int) parent, name);
    attributes(handle, attributes);
    return handle;
  }

  @Override
  public void attributes(long handle, Attributes attributes) {
    Fd fd = directory(handle).fd();
    for (String there : Xattrs.list(fd))
      if (!attributes.xattrs().containsKey(there) && !there.equals("security.selinux"))
        if (may(there)) Xattrs.remove(fd, there);
    var now = new TreeMap<>(attributes.xattrs());
    var late = new TreeMap<>(now);
    now.keySet().removeIf(name -> name.startsWith(ACL));
    late.keySet().removeAll(now.keySet());
    acls.remove((int) handle);
    if (!late.isEmpty()) acls.put((int) handle, late);
    apply(fd, attributes, now);
    fd.mode(attributes.mode() | 0700);
    directories.attributes((int) handle, attributes.mode(), attributes.mtimeNanos());
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] linkTarget, Attributes attributes) {
    var in = directory(parent);
    in.symlink(linkTarget, name);
    named(in, name, attributes, false);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    var in = directory(parent);
    int type =
        switch (kind) {
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
        };
    if (kind != Special.FIFO && rights == Rights.OWN) {
      count("devices");
      in.create(name).close(); // the name is taken, as umoci does
      named(in, name, new Attributes(0, 0, 0, attributes.mtimeNanos(), Map.of()), true);
      return;
    }
    in.special(name, type, major, minor);
    named(in, name, attributes, true);
  }

  private void named(Directory in, byte[] name, Attributes attributes, boolean withMode) {
    if (owned(attributes)) in.owner(name, attributes.uid(), attributes.gid());
    if (withMode) in.mode(name, attributes.mode());
    attributes
        .xattrs()
        .forEach(
            (xattr, value) -> {
              // Linux has no attributes of users on what is no file and no directory (xattr(7))
              if (xattr.startsWith("user."))
                count("extended attributes of users on links, devices");
              else if (may(xattr)) Xattrs.set(in, name, xattr, value);
            });
    in.times(name, attributes.mtimeNanos());
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    var from = directory(fromParent);
    directory(parent).link(from, fromName, name);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    directory(parent).unlink(name);
  }

  @Override
  public void rmdir(long parent, byte[] name, long handle) {
    directories.remove((int) handle);
    acls.remove((int) handle);
    directory(parent).rmdir(name);
  }

  private Directory directory(long handle) {
    return directories.get((int) handle);
  }

  private boolean owned(Attributes attributes) {
    if (rights == Rights.ROOT) return true;
    if (attributes.uid() != 0 || attributes.gid() != 0) count("owners");
    return false;
  }

  private boolean may(String xattr) {
    if (rights == Rights.ROOT || xattr.startsWith("user.") || xattr.startsWith("system."))
      return true;
    count("extended attributes of " + xattr.substring(0, Math.max(0, xattr.indexOf('.'))));
    return false;
  }

  private void count(String what) {
    leftOut.computeIfAbsent(what, w -> new AtomicLong()).incrementAndGet();
  }

  /** Gives directories their times and modes, and moves the tree to its place. */
  public void publish() {
    directories.restore(
        (handle, fd) ->
            acls.getOrDefault(handle, Map.of())
                .forEach((name, value) -> Xattrs.set(fd, name, value)));
    directories.close();
    files.close();
    try {
      Files.move(
          work.resolve("tree"),
          target,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      published = true;
      delete(work);
    } catch (IOException e) {
      throw new ImageException("cannot move the tree to " + target + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (published) return;
    open.values().forEach(file -> file.fd.close());
    files.close();
    directories.close();
    try {
      delete(work);
    } catch (IOException e) {
      throw new ImageException("cannot remove " + work + ": " + e.getMessage(), e);
    }
  }

  /** Removes a tree that only we entered; links are not followed. */
  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    var all = Set.copyOf(PosixFilePermissions.fromString("rwx------"));
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.setPosixFilePermissions(dir, all);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path dir, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            if (e != null) throw e;
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
