package dev.theca.enclave;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The index of a bundle's root file system that goes into its measurement: every entry with type,
 * mode, owner and content hash, by the unsigned byte order of its path. Times, link counts and
 * extended attributes are not in it, and a platform's copy carries none of the latter. With a
 * destination, each byte is copied as it is hashed: what was measured is what lies there.
 */
public final class RootfsIndex {
  /** A tree that cannot be measured. */
  public static final class Unmeasurable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unmeasurable(String message) {
      super(message);
    }
  }

  private static final int MAX_ENTRIES = 1 << 20;
  private static final byte DIRECTORY = 1;
  private static final byte FILE = 2;
  private static final byte SYMLINK = 3;

  private RootfsIndex() {}

  public static byte[] of(Path root) throws IOException {
    return walk(root, null);
  }

  /** Indexes and copies; {@code destination} must not exist. */
  public static byte[] copying(Path root, Path destination) throws IOException {
    Files.createDirectory(destination);
    return walk(root, destination);
  }

  private static byte[] walk(Path root, @org.jspecify.annotations.Nullable Path destination)
      throws IOException {
    var sorted = new TreeMap<byte[], Path>(Arrays::compareUnsigned);
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        sorted.put(root.relativize(path).toString().getBytes(StandardCharsets.UTF_8), path);
        if (sorted.size() > MAX_ENTRIES)
          throw new Unmeasurable("more than " + MAX_ENTRIES + " entries");
      }
    }
    var out = new ByteArrayOutputStream();
    out.writeBytes(u32(sorted.size()));
    for (var entry : sorted.entrySet()) {
      String name = new String(entry.getKey(), StandardCharsets.UTF_8);
      Path copy = destination == null ? null : destination.resolve(name);
      out.writeBytes(entry(entry.getKey(), entry.getValue(), copy));
    }
    return out.toByteArray();
  }

  private static byte[] entry(byte[] name, Path path, @org.jspecify.annotations.Nullable Path copy)
      throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(path, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) stat.getOrDefault("mode", 0);
    var out = ByteBuffer.allocate(64 + name.length + 4096).order(ByteOrder.LITTLE_ENDIAN);
    int type = mode & 0170000;
    byte kind =
        switch (type) {
          case 0040000 -> DIRECTORY;
          case 0100000 -> FILE;
          case 0120000 -> SYMLINK;
          default -> throw new Unmeasurable(path + " is neither a file, a directory nor a symlink");
        };
    out.put(kind).putInt(kind == SYMLINK ? 0777 : mode & 07777);
    out.putInt((int) stat.getOrDefault("uid", 0)).putInt((int) stat.getOrDefault("gid", 0));
    out.putInt(name.length).put(name);
    switch (kind) {
      case FILE ->
          out.putLong((long) stat.getOrDefault("size", 0L))
              .put(hashed(path, (long) stat.getOrDefault("size", 0L), copy));
      case SYMLINK -> {
        Path target = Files.readSymbolicLink(path);
        byte[] bytes = target.toString().getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
        if (copy != null) Files.createSymbolicLink(copy, target);
      }
      default -> {
        if (copy != null && name.length > 0) Files.createDirectory(copy);
      }
    }
    if (copy != null && kind != SYMLINK) {
      Files.setAttribute(copy, "unix:mode", mode & 07777);
      Files.setAttribute(copy, "unix:uid", stat.get("uid"));
      Files.setAttribute(copy, "unix:gid", stat.get("gid"));
      Files.setLastModifiedTime(copy, java.nio.file.attribute.FileTime.fromMillis(0));
    }
    out.putShort((short) 0); // extended attributes
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] hashed(Path path, long size, @org.jspecify.annotations.Nullable Path copy)
      throws IOException {
    var hasher = Digest.hasher("sha256");
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
        OutputStream sink =
            copy == null
                ? OutputStream.nullOutputStream()
                : Files.newOutputStream(
                    copy,
                    java.nio.file.StandardOpenOption.CREATE_NEW,
                    java.nio.file.StandardOpenOption.WRITE);
        OutputStream out = new DigestOutputStream(sink, hasher)) {
      long read = in.transferTo(out);
      if (read != size) throw new Unmeasurable(path + " changed while it was read");
    }
    return hasher.digest();
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
