package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * Writes one image as {@code docker load} reads it. Blobs are collected in a folder beside, since
 * an archive has no place for what is not known yet; the file appears whole when the image's
 * manifest is put, and replaces one that was there.
 */
final class ArchiveWriter implements ImageWriter {
  private final ImageLocation.Archive location;
  private final Path scratch;
  private final ImageWriter collected;

  private ArchiveWriter(ImageLocation.Archive location, Path scratch, ImageWriter collected) {
    this.location = location;
    this.scratch = scratch;
    this.collected = collected;
  }

  static Outcome<ImageWriter> open(ImageLocation.Archive location) {
    Path file = location.file().toAbsolutePath();
    if (Files.isDirectory(file)) return ArchiveReader.no(file, "a file", "a folder");
    Path scratch = AtomicFile.beside(file.resolveSibling(""));
    return LayoutWriter.open(new ImageLocation.Layout(scratch, "", Optional.empty()))
        .map(layout -> new ArchiveWriter(location, scratch, layout));
  }

  @Override
  public String name() {
    return location.toString();
  }

  @Override
  public Outcome<Boolean> has(Descriptor blob) {
    return collected.has(blob);
  }

  @Override
  public Outcome<Boolean> mount(Descriptor blob, ImageRef from) {
    return Outcome.granted(false);
  }

  @Override
  public Outcome<BlobUpload> upload() {
    return collected.upload();
  }

  /** Manifests beside the image's own have no place in an archive. */
  @Override
  public Outcome<Digest> put(Document document) {
    return one("a manifest beside it");
  }

  @Override
  public Outcome<Digest> put(Document document, String tag) {
    return one("a tag beside it");
  }

  private <T> Outcome<T> one(String found) {
    return LocalCode.IMAGE_ARCHIVE.no(
        "archive " + location.file(),
        "one image for one platform, not encrypted, and nothing beside it",
        found,
        "write to oci:DIR or to a registry");
  }

  @Override
  public Outcome<Digest> putRoot(Document document) {
    if (document.isIndex()) return one("an index");
    return Manifest.parse(document).then(manifest -> whole(document, manifest));
  }

  private Outcome<Digest> whole(Document document, Manifest manifest) {
    for (Descriptor layer : manifest.layers()) {
      if (layer.encrypted()) return one("an encrypted layer");
      if (!collected.has(layer).equals(Outcome.granted(true)))
        return one("a layer that was not written: " + layer.digest());
    }
    if (!collected.has(manifest.config()).equals(Outcome.granted(true)))
      return one("a configuration that was not written");
    Path fresh = scratch.resolve("archive.tar");
    try {
      ArchiveFile.write(fresh, new LayoutFiles(scratch), manifest, location.name());
      AtomicFile.rename(fresh, location.file());
      return Outcome.granted(document.digest());
    } catch (IOException e) {
      throw new ImageException("cannot write " + location.file(), e);
    }
  }

  /** Takes the folder away; an image whose manifest was never put leaves nothing. */
  @Override
  public void close() {
    try (var all = Files.walk(scratch)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (IOException | UncheckedIOException e) {
      throw new ImageException("cannot remove " + scratch, e);
    }
  }
}
