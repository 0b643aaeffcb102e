package dev.theca.cli.sealfs;

import dev.theca.sealfs.VolumeTree;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Entries of a volume for people: names with nothing in them that a terminal obeys. */
final class Shown {
  private static final int S_IFDIR = 0040000;

  private Shown() {}

  /** Bytes that are no plain text are shown as {@code \xNN}. */
  static String name(byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    boolean plain =
        text.indexOf('\uFFFD') < 0
            && text.codePoints()
                .noneMatch(
                    c ->
                        Character.isISOControl(c)
                            || c == '\\'
                            || Character.getType(c) == Character.FORMAT);
    if (plain) return text;
    var shown = new StringBuilder();
    for (byte b : name)
      if (b > ' ' && b < 127 && b != '\\') shown.append((char) b);
      else shown.append(String.format("\\x%02x", b & 0xFF));
    return shown.toString();
  }

  private static char type(VolumeTree.Node node) {
    return switch (node.type() >> 12) {
      case S_IFDIR >> 12 -> 'd';
      case 012 -> 'l';
      case 02 -> 'c';
      case 06 -> 'b';
      case 01 -> 'p';
      case 014 -> 's';
      default -> '-';
    };
  }

  static String line(VolumeTree tree, VolumeTree.Node node, String path) {
    String size =
        type(node) == 'c' || type(node) == 'b'
            ? node.major() + "," + node.minor()
            : node.size() + "";
    String target = node.isSymlink() ? " -> " + name(tree.target(node.ino())) : "";
    return "%c%04o %3d %5d:%-5d %12s %s %s%s"
        .formatted(
            type(node),
            node.mode() & 07777,
            node.nlink(),
            node.uid() & 0xFFFFFFFFL,
            node.gid() & 0xFFFFFFFFL,
            size,
            time(node).truncatedTo(ChronoUnit.SECONDS),
            path,
            target);
  }

  private static Instant time(VolumeTree.Node node) {
    long nanos = node.mtimeNanos();
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  static JsonObject json(VolumeTree tree, VolumeTree.Node node, String path) {
    var json =
        JsonObject.builder()
            .put("path", path)
            .put("type", type(node) + "")
            .put("mode", "%04o".formatted(node.mode() & 07777))
            .put("links", node.nlink())
            .put("uid", node.uid() & 0xFFFFFFFFL)
            .put("gid", node.gid() & 0xFFFFFFFFL)
            .put("size", node.size())
            .put("modified", time(node).toString());
    if (node.isSymlink()) json.put("target", name(tree.target(node.ino())));
    return json.build();
  }
}
