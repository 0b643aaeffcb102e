package dev.theca.image.matrix;

import dev.theca.linux.Directory;
import dev.theca.linux.Xattrs;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Everything that the kernel tells of a tree: a line for each name. Directories that no layer names
 * have the time of the moment with umoci, and 0 here: the former is read as the latter.
 */
public final class Tree {
  private static final long START = System.currentTimeMillis() - 60_000;

  private final Map<String, String> lines = new TreeMap<>();
  private final Map<Object, String> inodes = new HashMap<>();

  private Tree() {}

  public static Map<String, String> of(Path root) throws IOException {
    var tree = new Tree();
    tree.add("/", root);
    return tree.lines;
  }

  private void add(String name, Path path) throws IOException {
    var a = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) a.get("mode");
    boolean directory = mode >> 12 == 04;
    var line = new StringBuilder(Integer.toOctalString(mode));
    line.append(' ').append(a.get("uid")).append(':').append(a.get("gid"));
    var time = (FileTime) a.get("lastModifiedTime");
    boolean implied = directory && time.toMillis() > START;
    line.append(' ').append(implied ? 0 : time.to(TimeUnit.NANOSECONDS));
    byte[] last = path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    try (var above = Directory.open(path.getParent())) {
      for (String xattr : new TreeSet<>(Xattrs.list(above, last)))
        line.append(' ')
            .append(xattr)
            .append('=')
            .append(HexFormat.of().formatHex(Xattrs.get(above, last, xattr).orElseThrow()));
    }
    line.append(
        switch (mode >> 12) {
          case 012 -> " -> " + Files.readSymbolicLink(path);
          case 010 -> " " + Digest.sha256(Files.readAllBytes(path)).hex();
          case 02, 06 -> " " + Long.toHexString((Long) a.get("rdev"));
          default -> "";
        });
    if (!directory) {
      String other = inodes.putIfAbsent(a.get("ino"), name);
      if (other != null) line.append(" same as ").append(other);
    }
    lines.put(name, line.toString());
    if (!directory) return;
    var names = new TreeSet<Path>();
    try (var children = Files.newDirectoryStream(path)) {
      children.forEach(names::add);
    }
    for (Path child : names)
      add(name + (name.endsWith("/") ? "" : "/") + child.getFileName(), child);
  }
}
