package dev.theca.image.local;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageReader;
import dev.theca.image.Index;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an image of an OCI layout: the named one, or the only one. */
final class LayoutReader implements ImageReader {
  private final ImageLocation.Layout location;
  private final LayoutFiles files;

  private LayoutReader(ImageLocation.Layout location, LayoutFiles files) {
    this.location = location;
    this.files = files;
  }

  static Outcome<ImageReader> open(ImageLocation.Layout location) {
    var files = new LayoutFiles(location.folder());
    return files.check().map(ok -> new LayoutReader(location, files));
  }

  @Override
  public String name() {
    return location.toString();
  }

  @Override
  public Outcome<Document> root() {
    if (location.digest().isPresent()) return present(location.digest().get());
    return files.index().then(this::root);
  }

  private Outcome<Document> root(Index index) {
    var named =
        index.manifests().stream()
            .filter(one -> location.tag().isEmpty() || LayoutFiles.name(one).equals(location.tag()))
            .toList();
    if (named.size() == 1) return present(named.getFirst().digest());
    boolean platforms =
        !named.isEmpty()
            && location.tag().isEmpty()
            && named.stream()
                .allMatch(one -> one.platform().isPresent() && LayoutFiles.name(one).isEmpty());
    if (platforms) return Outcome.granted(index.document()); // one image for several platforms
    var names = index.manifests().stream().map(LayoutFiles::name).limit(20).toList();
    return files.no(
        location.tag().isEmpty()
            ? "one image, or a tag after the folder"
            : "an image '" + location.tag() + "'",
        named.size() + " of " + index.manifests().size() + " images, named " + names);
  }

  private Outcome<Document> present(Digest digest) {
    return document(digest)
        .then(
            found ->
                found
                    .<Outcome<Document>>map(Outcome::granted)
                    .orElseGet(() -> files.no("manifest " + digest, "none")));
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return files.document(digest);
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return files
        .index()
        .then(
            index ->
                index.manifests().stream()
                    .filter(one -> LayoutFiles.name(one).equals(tag))
                    .findFirst()
                    .map(one -> document(one.digest()))
                    .orElseGet(() -> Outcome.granted(Optional.empty())));
  }

  /** Those that the index lists, and those of the fallback tag that copies of registries have. */
  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    var listed = files.index();
    if (listed instanceof Outcome.Refused<Index> no) return no.as();
    for (Descriptor entry : listed.orThrow().manifests()) {
      var document = files.document(entry.digest());
      if (document instanceof Outcome.Refused<Optional<Document>> no) return no.as();
      document
          .orThrow()
          .filter(one -> LayoutFiles.subject(one).equals(Optional.of(subject)))
          .ifPresent(one -> found.put(entry.digest(), LayoutEntry.of(one, Map.of())));
    }
    var tagged = tagged(subject.algorithm() + "-" + subject.hex());
    if (tagged instanceof Outcome.Refused<Optional<Document>> no) return no.as();
    if (tagged.orThrow().filter(Document::isIndex).isPresent()) {
      var fallback = Index.parse(tagged.orThrow().get());
      if (fallback instanceof Outcome.Refused<Index> no) return no.as();
      fallback.orThrow().manifests().forEach(one -> found.putIfAbsent(one.digest(), one));
    }
    var all = new ArrayList<>(found.values());
    all.removeIf(one -> !artifactType.isEmpty() && !one.artifactType().equals(artifactType));
    return Outcome.granted(List.copyOf(all));
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    Path file = files.blob(descriptor.digest());
    try {
      if (!Files.isRegularFile(file)) return files.no("blob " + descriptor.digest(), "none");
      long size = Files.size(file);
      return size == descriptor.size()
          ? Outcome.granted(new FileBlob(file, 0, size))
          : files.no(descriptor.size() + " bytes in blob " + descriptor.digest(), size + "");
    } catch (IOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }
}
