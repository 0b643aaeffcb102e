package dev.theca.image.local;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageReader;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads what {@code docker save} writes as if it were an OCI image: its manifest is made from the
 * archive, layers as they are. Digests are counted once, in one pass over the image's files, when
 * the manifest is first asked for. The archive must not change meanwhile; whoever reads a layer
 * checks its digest.
 */
final class ArchiveReader implements ImageReader {
  private final ImageLocation.Archive location;
  private final Map<String, ArchiveIndex.Entry> entries;
  private final ReentrantLock opening = new ReentrantLock();
  private Optional<Outcome<ArchivedImage>> opened = Optional.empty();

  private ArchiveReader(ImageLocation.Archive location, Map<String, ArchiveIndex.Entry> entries) {
    this.location = location;
    this.entries = entries;
  }

  static Outcome<ImageReader> open(ImageLocation.Archive location) {
    Path file = location.file();
    if (!Files.isRegularFile(file)) return no(file, "a file", "none");
    try {
      return Outcome.granted(new ArchiveReader(location, ArchiveIndex.read(file)));
    } catch (ArchiveIndex.Malformed e) {
      return no(file, "a tar archive that is not packed", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }

  static <T> Outcome<T> no(Path file, String expected, String found) {
    return LocalCode.IMAGE_ARCHIVE.no(
        "archive " + file, expected, found, "write it with 'docker save -o FILE NAME'");
  }

  @Override
  public String name() {
    return location.toString();
  }

  private Outcome<ArchivedImage> image() {
    opening.lock();
    try {
      if (opened.isEmpty()) opened = Optional.of(new ArchivedImageReader(location, entries).read());
      return opened.get();
    } finally {
      opening.unlock();
    }
  }

  @Override
  public Outcome<Document> root() {
    return image().map(ArchivedImage::document);
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return root().map(root -> Optional.of(root).filter(one -> one.digest().equals(digest)));
  }

  /** An archive has no tags beside those of its images. */
  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return Outcome.granted(Optional.empty());
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return Outcome.granted(List.of());
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    return image()
        .then(
            image -> {
              FileBlob found = image.blobs().get(descriptor.digest());
              return found != null && found.size() == descriptor.size()
                  ? Outcome.granted(found)
                  : no(location.file(), "blob " + descriptor.digest(), "none");
            });
  }
}
