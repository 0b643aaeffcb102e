package dev.theca.image.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Packs files into one image layer, in memory: equal files give equal bytes. Times are zero, owners
 * are root.
 */
public final class LayerBuilder {
  private record Item(byte[] content, int mode, char type, String link) {}

  private final Map<String, Item> items = new TreeMap<>();

  /** An empty layer. */
  public LayerBuilder() {}

  public LayerBuilder file(String path, byte[] content, int mode) {
    items.put(path.replaceFirst("^/+", ""), new Item(content, mode, '0', ""));
    return this;
  }

  public LayerBuilder copy(String path, Path file) {
    try {
      return file(path, Files.readAllBytes(file), Files.isExecutable(file) ? 0755 : 0644);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  public LayerBuilder symlink(String path, String target) {
    items.put(path.replaceFirst("^/+", ""), new Item(new byte[0], 0777, '2', target));
    return this;
  }

  public LayerBuilder directory(String path, int mode) {
    items.put(
        path.replaceFirst("^/+", "").replaceFirst("/+$", ""), new Item(new byte[0], mode, '5', ""));
    return this;
  }

  /** The layer as tar; directories above the entries are added. */
  byte[] tar() {
    var all = new TreeMap<>(items);
    for (String path : items.keySet()) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        all.putIfAbsent(path.substring(0, slash), new Item(new byte[0], 0755, '5', ""));
      }
    }
    var out = new ByteArrayOutputStream();
    all.forEach((path, item) -> entry(out, path, item));
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void entry(ByteArrayOutputStream out, String path, Item item) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    byte[] link = item.link().getBytes(StandardCharsets.UTF_8);
    if (name.length > 100 || link.length > 100) {
      var records = new StringBuilder();
      if (name.length > 100) records.append(record("path", path));
      if (link.length > 100) records.append(record("linkpath", item.link()));
      byte[] pax = records.toString().getBytes(StandardCharsets.UTF_8);
      header(out, "pax".getBytes(StandardCharsets.US_ASCII), new byte[0], 0644, pax.length, 'x');
      padded(out, pax);
    }
    header(out, name, link, item.mode(), item.content().length, item.type());
    padded(out, item.content());
  }

  private static String record(String key, String value) {
    int rest = key.length() + value.getBytes(StandardCharsets.UTF_8).length + 3;
    int length = rest + String.valueOf(rest).length();
    if (String.valueOf(length).length() > String.valueOf(rest).length()) length++;
    return length + " " + key + "=" + value + "\n";
  }

  private static void header(
      ByteArrayOutputStream out, byte[] name, byte[] link, int mode, long size, char type) {
    byte[] h = new byte[512];
    System.arraycopy(name, 0, h, 0, Math.min(100, name.length));
    octal(h, 100, 8, mode);
    octal(h, 108, 8, 0);
    octal(h, 116, 8, 0);
    octal(h, 124, 12, size);
    octal(h, 136, 12, 0);
    h[156] = (byte) type;
    System.arraycopy(link, 0, h, 157, Math.min(100, link.length));
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, h, 257, 8);
    java.util.Arrays.fill(h, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : h) sum += b & 0xFF;
    octal(h, 148, 7, sum);
    out.writeBytes(h);
  }

  private static void octal(byte[] h, int from, int length, long value) {
    byte[] text =
        String.format("%0" + (length - 1) + "o", value).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, h, from, length - 1);
    h[from + length - 1] = 0;
  }

  private static void padded(ByteArrayOutputStream out, byte[] content) {
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
  }

  static byte[] gzip(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip =
        new GZIPOutputStream(out, 1 << 16) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
