package dev.theca.cli.image;

import dev.theca.image.unpack.Attributes;
import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What one name of a tree stands for, without its content. */
final class TreeNode {
  /** Kinds of files, with the letter of {@code ls -l}. */
  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  final Kind kind;
  final Map<String, TreeNode> children = new TreeMap<>();
  Attributes attributes;
  long size;

  /** Hash of the content, target of a link, numbers of a device. */
  String content = "";

  /** How many names it has. */
  int names = 1;

  TreeNode(Kind kind, Attributes attributes) {
    this.kind = kind;
    this.attributes = attributes;
  }

  /** What is compared, by name. */
  Map<String, String> facts() {
    var facts = new LinkedHashMap<String, String>();
    facts.put("type", kind.toString().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    if (kind != Kind.SYMLINK) facts.put("mode", "%04o".formatted(attributes.mode()));
    facts.put(
        "owner",
        Integer.toUnsignedString(attributes.uid())
            + ":"
            + Integer.toUnsignedString(attributes.gid()));
    facts.put("time", time(attributes.mtimeNanos()));
    if (kind == Kind.FILE) facts.put("size", size + "");
    if (!content.isEmpty())
      facts.put(kind == Kind.SYMLINK ? "target" : "content", readable(content));
    if (kind != Kind.DIRECTORY && names > 1) facts.put("names", names + "");
    new TreeMap<>(attributes.xattrs())
        .forEach((name, value) -> facts.put("xattr " + name, shown(value)));
    return facts;
  }

  private static String time(long nanos) {
    return java.time.Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .toString();
  }

  private static String shown(byte[] value) {
    return value.length <= 32 ? HexFormat.of().formatHex(value) : Digest.sha256(value).toString();
  }

  /** Names are bytes: one character for each, so that none is lost and their order is that of C. */
  static String key(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** A key as people read it: UTF-8 where it is. */
  static String readable(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) return text;
    var out = new StringBuilder();
    for (byte b : bytes)
      if (b > 0) out.append((char) b);
      else out.append("\\x%02x".formatted(b & 0xff));
    return out.toString();
  }
}
