package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Manifest;
import dev.theca.image.sign.SimpleSigning;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** What lies beside an image and says that it is a signature; nothing of it is verified here. */
final class Signatures {
  private static final String SIMPLE_SIGNING =
      "application/vnd.dev.cosign.simplesigning.v1+json"; // cosign's SIGNATURE_SPEC.md

  private final List<JsonValue> signatures = new ArrayList<>();
  private final List<JsonValue> referrers = new ArrayList<>();

  private Signatures() {}

  /** Signatures and referrers, each as an array. */
  record Found(JsonArray signatures, JsonArray referrers) {}

  static Outcome<Found> of(ImageReader reader, List<Digest> manifests) {
    var all = new Signatures();
    for (Digest manifest : manifests.stream().distinct().toList()) {
      String tag = Attachments.signatureTag(manifest);
      var done =
          reader
              .tagged(tag)
              .then(
                  found ->
                      found.isEmpty()
                          ? Outcome.granted(true)
                          : all.tagged(reader, found.get(), tag, manifest))
              .then(tagged -> reader.referrers(manifest, ""))
              .map(entries -> all.referrers(entries, manifest));
      if (done instanceof Outcome.Refused<Boolean> no) return no.as();
    }
    return Outcome.granted(new Found(new JsonArray(all.signatures), new JsonArray(all.referrers)));
  }

  private Outcome<Boolean> tagged(
      ImageReader reader, Document document, String tag, Digest subject) {
    return Manifest.parse(document)
        .map(
            manifest -> {
              for (Descriptor layer : manifest.layers())
                if (layer.mediaType().equals(SIMPLE_SIGNING))
                  signatures.add(
                      JsonObject.builder()
                          .put("place", "tag " + tag)
                          .put("subject", subject.toString())
                          .put("name", signedName(reader, layer))
                          .build());
              return true;
            });
  }

  private static String signedName(ImageReader reader, Descriptor payload) {
    var claim = reader.small(payload, SimpleSigning.MAX_BYTES).then(SimpleSigning::parse);
    return claim instanceof Outcome.Granted<SimpleSigning>(var read)
        ? read.reference()
        : "(unreadable)";
  }

  private boolean referrers(List<Descriptor> entries, Digest subject) {
    for (Descriptor entry : entries)
      referrers.add(
          JsonObject.builder()
              .put("digest", entry.digest().toString())
              .put("subject", subject.toString())
              .put("type", entry.artifactType())
              .put("size", entry.size())
              .build());
    return true;
  }
}
