package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.remote.ResolvedImage;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies an image between places: registries, layouts, archives. Every blob is checked against its
 * digest while it passes; layers can be changed on the way (encrypted, decrypted). The new name
 * stands for the image only after all of it is there. Layers move side by side; memory is a fixed
 * number of buffers for each.
 */
public final class ImageCopy {
  private static final int MAX_CONFIG_BYTES = 8 << 20;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int ALONE = Integer.MAX_VALUE;

  /** Which of an index's images are copied. */
  public sealed interface Choice {
    /** All platforms; an index stays an index. */
    record All() implements Choice {}

    /** The image for one platform; an index becomes an image. */
    record One(Platform platform) implements Choice {}
  }

  /**
   * How to copy. {@code mountFrom} is a repository of the target's registry that has the blobs
   * already; {@code layersAtOnce} bounds the blobs under way.
   */
  public record How(
      Choice choice, LayerChange change, Optional<ImageRef> mountFrom, int layersAtOnce) {
    public How {
      if (layersAtOnce < 1 || layersAtOnce > 64)
        throw new IllegalArgumentException("1 to 64 layers at once, not " + layersAtOnce);
    }

    public static How plain() {
      return new How(new Choice.One(Platform.LINUX_AMD64), LayerChange.none(), Optional.empty(), 6);
    }

    public How with(LayerChange newChange) {
      return new How(choice, newChange, mountFrom, layersAtOnce);
    }

    public How with(Choice newChoice) {
      return new How(newChoice, change, mountFrom, layersAtOnce);
    }

    public How mounting(ImageRef from) {
      return new How(choice, change, Optional.of(from), layersAtOnce);
    }
  }

  private final ImageReader from;
  private final ImageWriter to;
  private final How how;
  private final BlobCopy blobs;
  private final Progress progress;

  public ImageCopy(ImageReader from, ImageWriter to, How how, Progress progress) {
    this.from = from;
    this.to = to;
    this.how = how;
    this.progress = progress;
    this.blobs = new BlobCopy(from, to, progress, ALONE);
  }

  /** Copies, and gives the new image its name. */
  public Outcome<Copied> run() {
    return from.root()
        .then(
            root ->
                switch (how.choice()) {
                  case Choice.One(var platform) ->
                      single(root, platform)
                          .then(this::image)
                          .map(image -> new Copied(document(image), List.of(image)));
                  case Choice.All() -> root.isIndex() ? index(root) : one(root);
                })
        .then(copied -> to.putRoot(copied.root()).map(digest -> copied));
  }

  private Outcome<Copied> one(Document root) {
    return image(root).map(image -> new Copied(document(image), List.of(image)));
  }

  private static Document document(Copied.Image image) {
    return new Document(
        image.manifest().mediaType(), image.manifest().digest(), image.manifest().bytes());
  }

  private Outcome<Document> single(Document root, Platform platform) {
    return ManifestResolver.resolve(from, root, platform).map(ResolvedImage::document);
  }

  private Outcome<Document> required(Descriptor entry) {
    return from.document(entry.digest())
        .then(
            found ->
                found.isEmpty()
                    ? refused("manifest " + entry.digest(), "none in the place")
                    : Outcome.granted(found.get()));
  }

  private Outcome<Copied> index(Document root) {
    return Index.parse(root)
        .then(
            index -> {
              var images = new ArrayList<Copied.Image>();
              var entries = new ArrayList<Descriptor>();
              for (Descriptor entry : index.manifests()) {
                var copied =
                    required(entry)
                        .then(
                            document ->
                                document.isIndex()
                                    ? refused("an index of images", "an index in an index")
                                    : image(document));
                if (copied instanceof Outcome.Refused<Copied.Image> no) return no.as();
                var image = copied.orThrow();
                var put = to.put(document(image));
                if (!put.isGranted()) return put.map(digest -> new Copied(root, images));
                images.add(image);
                entries.add(Rewriting.entry(entry, image.manifest()));
              }
              return Rewriting.index(root, index, entries).map(made -> new Copied(made, images));
            });
  }

  private Outcome<Copied.Image> image(Document document) {
    return Manifest.parse(document)
        .then(
            manifest ->
                layers(manifest)
                    .then(
                        layers ->
                            Rewriting.manifest(document, manifest, layers)
                                .then(
                                    made ->
                                        config(manifest)
                                            .map(c -> new Copied.Image(document.digest(), made)))));
  }

  private Outcome<Descriptor> config(Manifest manifest) {
    if (manifest.config().size() > MAX_CONFIG_BYTES)
      return refused("a configuration of at most " + MAX_CONFIG_BYTES + " bytes", "a longer one");
    return moved(blobs, manifest.config());
  }

  private Outcome<Descriptor> moved(BlobCopy copy, Descriptor blob) {
    if (how.mountFrom().isEmpty()) return copy.same(blob);
    return to.mount(blob, how.mountFrom().get())
        .then(
            mounted -> {
              if (!mounted) return copy.same(blob);
              progress.blob(blob, Progress.Step.SKIPPED, blob.size());
              return Outcome.granted(blob);
            });
  }

  private Outcome<List<Descriptor>> layers(Manifest manifest) {
    var tasks = new ArrayList<SideBySide.Task<Descriptor>>();
    int atOnce = Math.clamp(manifest.layers().size(), 1, how.layersAtOnce());
    var each = atOnce == 1 ? blobs : blobs.with(PROCESSORS / atOnce);
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      boolean changes = how.change().applies(layer, i);
      tasks.add(() -> changes ? each.changed(layer, how.change()) : moved(each, layer));
    }
    return SideBySide.run(tasks, how.layersAtOnce());
  }

  private <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-copy"),
        "image " + from.name(),
        expected,
        found,
        "choose another image or platform");
  }
}
