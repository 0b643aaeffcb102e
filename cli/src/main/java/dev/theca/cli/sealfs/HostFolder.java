package dev.theca.cli.sealfs;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.linux.Fd;
import dev.theca.linux.Xattrs;
import dev.theca.sealfs.VolumeTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A file or folder of this machine as a tree; links are not followed. */
final class HostFolder implements Source {
  private static final int READ = Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;

  private final List<Path> paths = new ArrayList<>();
  private final Map<String, Long> known = new HashMap<>();
  private final HostContent content = new HostContent();

  private HostFolder() {}

  static HostFolder of(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) throw new WrongUsage("there is no " + path);
    var made = new HostFolder();
    made.paths.add(path);
    return made;
  }

  @Override
  public long root() {
    return 0;
  }

  private Path path(long id) {
    return paths.get((int) id);
  }

  @Override
  public VolumeTree.Node node(long id) throws IOException {
    var a =
        Files.readAttributes(
            path(id),
            "unix:mode,nlink,uid,gid,rdev,size,lastModifiedTime",
            LinkOption.NOFOLLOW_LINKS);
    long rdev = number(a, "rdev");
    return new VolumeTree.Node(
        id,
        (int) number(a, "mode"),
        (int) number(a, "nlink"),
        (int) number(a, "uid"),
        (int) number(a, "gid"),
        (int) (rdev >>> 8 & 0xFFF | rdev >>> 32 & ~0xFFFL),
        (int) (rdev & 0xFF | rdev >>> 12 & ~0xFFL),
        number(a, "size"),
        ((FileTime) Objects.requireNonNull(a.get("lastModifiedTime"))).to(TimeUnit.NANOSECONDS));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
  }

  @Override
  public List<Child> children(long id) throws IOException {
    var found = new ArrayList<Child>();
    try (var list = Files.list(path(id))) {
      for (Path child : list.sorted(Comparator.naturalOrder()).toList())
        found.add(new Child(bytes(String.valueOf(child.getFileName()), child), idOf(child)));
    }
    return found;
  }

  private long idOf(Path child) throws IOException {
    var a = Files.readAttributes(child, "unix:dev,ino,nlink", LinkOption.NOFOLLOW_LINKS);
    long next = paths.size();
    if (number(a, "nlink") > 1 && !Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
      Long before = known.putIfAbsent(a.get("dev") + ":" + a.get("ino"), next);
      if (before != null) return before;
    }
    paths.add(child);
    return next;
  }

  /** The JDK decodes names by the locale, and loses those that do not fit. */
  private static byte[] bytes(String name, Path where) {
    if (name.indexOf('\uFFFD') >= 0)
      throw new WrongUsage(
          "a name in " + where.getParent() + " is no text here; set LC_ALL=C.UTF-8, or use a tar");
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] target(long id) throws IOException {
    return bytes(Files.readSymbolicLink(path(id)).toString(), path(id));
  }

  @Override
  public Map<String, byte[]> xattrs(long id) throws IOException {
    Path path = path(id);
    var all = new HashMap<String, byte[]>();
    boolean plain =
        Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    if (!plain) return all;
    try (var file = Fd.open(path, READ)) {
      for (String name : Xattrs.list(file))
        if (kept(name)) Xattrs.get(file, name).ifPresent(value -> all.put(name, value));
    }
    return all;
  }

  private static boolean kept(String name) {
    return !name.equals("security.selinux")
        && (name.startsWith("user.")
            || name.startsWith("trusted.")
            || name.startsWith("security.")
            || name.startsWith("system.posix_acl_"));
  }

  @Override
  public void content(long id, long size, Pieces to) throws IOException {
    try (var file = Fd.open(path(id), READ)) {
      content.copy(path(id), file, size, to);
    }
  }
}
