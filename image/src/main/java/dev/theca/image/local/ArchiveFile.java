package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** The bytes of an archive: ustar, without times or owners, so equal images give equal files. */
final class ArchiveFile {
  private static final int BLOCK = 512;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final long OCTAL_LIMIT = 1L << 33; // eleven octal digits

  private final OutputStream out;

  private ArchiveFile(OutputStream out) {
    this.out = out;
  }

  static void write(Path file, LayoutFiles blobs, Manifest manifest, String name)
      throws IOException {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
      var archive = new ArchiveFile(out);
      var names = new ArrayList<String>();
      for (Descriptor layer : manifest.layers()) names.add(layer.digest().hex() + ".tar");
      var digests = new LinkedHashSet<Digest>();
      for (Descriptor layer : manifest.layers())
        if (digests.add(layer.digest())) archive.blob(layer.digest().hex() + ".tar", blobs, layer);
      String config = manifest.config().digest().hex() + ".json";
      archive.blob(config, blobs, manifest.config());
      byte[] list = Json.write(list(config, name, names));
      archive.entry("manifest.json", list.length, new java.io.ByteArrayInputStream(list));
      out.write(new byte[2 * BLOCK]);
    }
  }

  private static JsonValue list(String config, String name, List<String> layers) {
    List<String> tags = name.isEmpty() ? List.of() : List.of(ImageRef.parse(name).orThrow() + "");
    return new JsonArray(
        List.of(
            JsonObject.builder()
                .put("Config", config)
                .put("RepoTags", JsonArray.strings(tags))
                .put("Layers", JsonArray.strings(layers))
                .build()));
  }

  private void blob(String name, LayoutFiles blobs, Descriptor blob) throws IOException {
    try (var in = Files.newInputStream(blobs.blob(blob.digest()))) {
      entry(name, blob.size(), in);
    }
  }

  private void entry(String name, long size, InputStream in) throws IOException {
    out.write(header(name, size));
    long written = in.transferTo(out);
    if (written != size) throw new IOException(name + " changed while it was written");
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }

  private static byte[] header(String name, long size) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    if (size < OCTAL_LIMIT) put(header, 124, String.format(Locale.ROOT, "%011o", size));
    else
      for (int i = 0; i < 12; i++) // base 256 (GNU)
      header[124 + i] = i == 0 ? (byte) 0x80 : i < 4 ? 0 : (byte) (size >>> 8 * (11 - i));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = '0';
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte b : header) sum += b & 0xFF;
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
