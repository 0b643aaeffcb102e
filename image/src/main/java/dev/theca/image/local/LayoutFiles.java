package dev.theca.image.local;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.Index;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files of an OCI image layout (image-spec, "Image Layout"), read within bounds. */
record LayoutFiles(Path folder) {
  static final String VERSION = "1.0.0";
  static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String NEXT = "name a folder that 'skopeo copy ... oci:DIR' wrote";
  private static final int MAX_MARK_BYTES = 4096;

  Path mark() {
    return folder.resolve("oci-layout");
  }

  Path indexFile() {
    return folder.resolve("index.json");
  }

  /** A digest has no characters that could lead out of the folder. */
  Path blob(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** Refused when the folder is no layout of a version that we know. */
  Outcome<Boolean> check() {
    if (!Files.isRegularFile(mark())) return no("an OCI layout", "no file oci-layout");
    return Json.object(bytes(mark(), MAX_MARK_BYTES))
        .then(
            json ->
                json.string("imageLayoutVersion").orElse("").equals(VERSION)
                    ? Outcome.granted(true)
                    : no("layout version " + VERSION, "another"));
  }

  Outcome<Index> index() {
    if (!Files.isRegularFile(indexFile())) return no("an index.json", "none");
    return Document.of(bytes(indexFile(), Document.MAX_BYTES)).then(Index::parse);
  }

  Outcome<Optional<Document>> document(Digest digest) {
    Path file = blob(digest);
    return Files.isRegularFile(file)
        ? Document.of(bytes(file, Document.MAX_BYTES), digest).map(Optional::of)
        : Outcome.granted(Optional.empty());
  }

  private static byte[] bytes(Path file, int most) {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(most + 1); // whoever parses it refuses what is too large
    } catch (IOException e) {
      throw new ImageException("cannot read " + file, e);
    }
  }

  /** Empty for entries without a name. */
  static String name(Descriptor entry) {
    return entry.annotations().getOrDefault(REF_NAME, "");
  }

  /** The manifest that a document says it belongs to. */
  static Optional<Digest> subject(Document document) {
    return document.json() instanceof Outcome.Granted<JsonObject>(var json)
            && json.object("subject").isPresent()
            && Descriptor.parse(json.object("subject").get())
                instanceof Outcome.Granted<Descriptor>(var found)
        ? Optional.of(found.digest())
        : Optional.empty();
  }

  <T> Outcome<T> no(String expected, String found) {
    return LocalCode.IMAGE_LAYOUT.no(folder.toString(), expected, found, NEXT);
  }
}
