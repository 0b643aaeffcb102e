package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Progress;
import dev.theca.image.copy.ImageCopy;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;

/**
 * What lies beside a manifest: cosign's signatures at the tag {@code sha256-<hex>.sig}, and
 * referrers (distribution-spec, "Listing Referrers"). They speak about a digest, so they are worth
 * something only beside the same manifest.
 */
final class Attachments {
  private static final int MAX = 256;

  private final ImageReader from;
  private final ImageWriter to;
  private int copied;

  private Attachments(ImageReader from, ImageWriter to) {
    this.from = from;
    this.to = to;
  }

  static String signatureTag(Digest manifest) {
    return manifest.algorithm() + "-" + manifest.hex() + ".sig";
  }

  /** Copies what lies beside these manifests; how many documents. */
  static Outcome<Integer> copy(ImageReader from, ImageWriter to, List<Digest> manifests) {
    var all = new Attachments(from, to);
    for (Digest manifest : manifests) {
      var done = all.beside(manifest);
      if (done instanceof Outcome.Refused<Boolean> no) return no.as();
    }
    return Outcome.granted(all.copied);
  }

  private Outcome<Boolean> beside(Digest manifest) {
    String tag = signatureTag(manifest);
    return from.tagged(tag)
        .then(found -> found.isEmpty() ? Outcome.granted(true) : one(found.get(), tag))
        .then(done -> from.referrers(manifest, ""))
        .then(this::referrers);
  }

  private Outcome<Boolean> referrers(List<Descriptor> entries) {
    for (Descriptor entry : entries) {
      if (copied >= MAX) return tooMany();
      var done =
          from.document(entry.digest())
              .then(found -> found.isEmpty() ? Outcome.granted(true) : one(found.get(), ""));
      if (done instanceof Outcome.Refused<Boolean> no) return no;
    }
    return Outcome.granted(true);
  }

  private Outcome<Boolean> tooMany() {
    return Outcome.refused(
        Code.of("image-copy"),
        "signatures and referrers of " + from.name(),
        "at most " + MAX,
        "more",
        "leave them behind: --no-signatures");
  }

  private Outcome<Boolean> one(Document document, String tag) {
    copied++;
    return new ImageCopy(
            PinnedReader.pinned(from, document),
            new Tagging(to, tag),
            ImageCopy.How.plain().with(new ImageCopy.Choice.All()),
            Progress.silent())
        .run()
        .map(done -> true);
  }

  /** Gives a copied document another name than the image has, or none. */
  private record Tagging(ImageWriter place, String tag) implements ImageWriter {
    @Override
    public String name() {
      return place.name();
    }

    @Override
    public Outcome<Boolean> has(Descriptor blob) {
      return place.has(blob);
    }

    @Override
    public Outcome<Boolean> mount(Descriptor blob, ImageRef from) {
      return Outcome.granted(false);
    }

    @Override
    public Outcome<BlobUpload> upload() {
      return place.upload();
    }

    @Override
    public Outcome<Digest> put(Document document) {
      return place.put(document);
    }

    @Override
    public Outcome<Digest> put(Document document, String other) {
      return place.put(document, other);
    }

    @Override
    public Outcome<Digest> putRoot(Document document) {
      return tag.isEmpty() ? place.put(document) : place.put(document, tag);
    }
  }
}
