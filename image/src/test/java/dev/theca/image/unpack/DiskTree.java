package dev.theca.image.unpack;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** All that the kernel tells of a tree, a line for each name. */
final class DiskTree {
  private DiskTree() {}

  static Map<String, String> of(Path root) throws IOException {
    var lines = new LinkedHashMap<String, String>();
    try (var above = Directory.open(root.getParent())) {
      list("/", root, above, lines, new HashMap<>());
    }
    return lines;
  }

  private static void list(
      String name, Path path, Directory in, Map<String, String> lines, Map<Object, String> inodes)
      throws IOException {
    var a = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) a.get("mode");
    var line = new StringBuilder(Integer.toOctalString(mode));
    line.append(' ').append(a.get("uid")).append(':').append(a.get("gid"));
    var time = (FileTime) a.get("lastModifiedTime");
    line.append(' ').append(time.to(TimeUnit.NANOSECONDS));
    byte[] last = path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    for (String xattr : new TreeSet<>(Xattrs.list(in, last)))
      line.append(' ')
          .append(xattr)
          .append('=')
          .append(HexFormat.of().formatHex(Xattrs.get(in, last, xattr).orElseThrow()));
    switch (mode >> 12) {
      case 012 -> line.append(" -> ").append(Files.readSymbolicLink(path));
      case 010 -> line.append(' ').append(Digest.sha256(Files.readAllBytes(path)).hex());
      case 02, 06 -> line.append(' ').append(Long.toHexString((Long) a.get("rdev")));
      default -> {}
    }
    if (mode >> 12 != 04) {
      String other = inodes.putIfAbsent(a.get("ino"), name);
      if (other != null) line.append(" same as ").append(other);
    }
    lines.put(name, line.toString());
    if (mode >> 12 != 04) return;
    var names = new TreeSet<Path>();
    try (var children = Files.newDirectoryStream(path)) {
      children.forEach(names::add);
    }
    try (var here = Directory.open(path)) {
      for (Path child : names)
        list(
            name + (name.endsWith("/") ? "" : "/") + child.getFileName(),
            child,
            here,
            lines,
            inodes);
    }
  }
}
