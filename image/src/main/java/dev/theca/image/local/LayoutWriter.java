package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes an image into an OCI layout. Every file appears whole or not at all; the index names what
 * is there. Two processes that write one layout at once may lose each other's names, not bytes.
 */
final class LayoutWriter implements ImageWriter {
  private final ImageLocation.Layout location;
  private final LayoutFiles files;
  private final ReentrantLock indexing = new ReentrantLock();

  private LayoutWriter(ImageLocation.Layout location, LayoutFiles files) {
    this.location = location;
    this.files = files;
  }

  static Outcome<ImageWriter> open(ImageLocation.Layout location) {
    var files = new LayoutFiles(location.folder());
    try {
      if (Files.exists(files.mark()))
        return files.check().map(ok -> new LayoutWriter(location, files));
      Files.createDirectories(location.folder());
      try (var there = Files.newDirectoryStream(location.folder())) {
        if (there.iterator().hasNext())
          return files.no("an OCI layout, or an empty folder", "other files");
      }
      Files.createDirectories(location.folder().resolve("blobs").resolve("sha256"));
      whole(location.folder(), files.indexFile(), index(List.of()));
      String mark = "{\"imageLayoutVersion\":\"" + LayoutFiles.VERSION + "\"}";
      whole(location.folder(), files.mark(), mark.getBytes(StandardCharsets.UTF_8));
      return Outcome.granted(new LayoutWriter(location, files));
    } catch (IOException e) {
      throw new ImageException("cannot make the layout " + location.folder(), e);
    }
  }

  @Override
  public String name() {
    return location.toString();
  }

  @Override
  public Outcome<Boolean> has(Descriptor blob) {
    Path file = files.blob(blob.digest());
    try {
      return Outcome.granted(Files.isRegularFile(file) && Files.size(file) == blob.size());
    } catch (IOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }

  /** A layout has no other repositories. */
  @Override
  public Outcome<Boolean> mount(Descriptor blob, ImageRef from) {
    return Outcome.granted(false);
  }

  @Override
  public Outcome<BlobUpload> upload() {
    return Outcome.granted(new LayoutUpload(files));
  }

  /** A manifest that refers to another is listed, else nobody would find it. */
  @Override
  public Outcome<Digest> put(Document document) {
    return LayoutFiles.subject(document).isPresent()
        ? listed(document, "")
        : blob(document).map(ok -> document.digest());
  }

  @Override
  public Outcome<Digest> put(Document document, String tag) {
    return listed(document, tag);
  }

  @Override
  public Outcome<Digest> putRoot(Document document) {
    if (location.digest().isPresent() && !location.digest().get().equals(document.digest()))
      return files.no("digest " + location.digest().get(), document.digest().toString());
    return listed(document, location.tag());
  }

  private Outcome<Boolean> blob(Document document) {
    try (var upload = new LayoutUpload(files)) {
      upload.write(document.bytes(), 0, document.bytes().length);
      return upload.finish(document.digest());
    }
  }

  private Outcome<Digest> listed(Document document, String tag) {
    var stored = blob(document);
    if (stored instanceof Outcome.Refused<Boolean> no) return no.as();
    indexing.lock();
    try {
      return files
          .index()
          .map(
              index -> {
                whole(location.folder(), files.indexFile(), index(entries(index, document, tag)));
                return document.digest();
              });
    } finally {
      indexing.unlock();
    }
  }

  /** A name stands for one image; an image without a name is listed once. */
  private static List<Descriptor> entries(Index index, Document document, String tag) {
    var entries = new ArrayList<Descriptor>();
    for (Descriptor one : index.manifests()) {
      String name = LayoutFiles.name(one);
      boolean same = one.digest().equals(document.digest());
      if (tag.isEmpty() ? same && name.isEmpty() : name.equals(tag)) continue;
      entries.add(one);
    }
    entries.add(
        LayoutEntry.of(document, tag.isEmpty() ? Map.of() : Map.of(LayoutFiles.REF_NAME, tag)));
    return entries;
  }

  private static byte[] index(List<Descriptor> entries) {
    var list = new ArrayList<JsonValue>();
    entries.forEach(one -> list.add(one.json()));
    return Json.write(
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI_INDEX)
            .put("manifests", new JsonArray(list))
            .build());
  }

  private static void whole(Path folder, Path file, byte[] bytes) {
    try {
      AtomicFile.write(folder, file, bytes);
    } catch (IOException e) {
      throw new ImageException("cannot write " + file, e);
    }
  }
}
