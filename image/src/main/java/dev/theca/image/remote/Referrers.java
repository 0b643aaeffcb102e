package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to a manifest (distribution-spec 1.1, "Listing Referrers"), and where the registry
 * does not know: the index under the tag {@code sha256-<hex>} ("Referrers Tag Schema").
 */
final class Referrers {
  private static final int MAX_REFERRERS = 4096;
  private static final int MAX_TRIES = 3;

  private final Repository place;

  Referrers(Repository place) {
    this.place = place;
  }

  /** The manifest that a document says it belongs to. */
  static Optional<Digest> subject(Document document) {
    return document.json() instanceof Outcome.Granted<JsonObject>(var json)
            && json.get("subject").isPresent()
            && Descriptor.parse(json.get("subject").get())
                instanceof Outcome.Granted<Descriptor>(var found)
        ? Optional.of(found.digest())
        : Optional.empty();
  }

  static String tag(Digest subject) {
    return subject.algorithm() + "-" + subject.hex();
  }

  Outcome<List<Descriptor>> list(Digest subject, String artifactType) {
    var found = new ArrayList<Descriptor>();
    String query =
        artifactType.isEmpty()
            ? ""
            : "?artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
    return Pages.read(
            place,
            "referrers/" + subject + query,
            "referrers",
            (json, answer) -> page(json, found),
            // 404 says that there is no such list here; 405 is said by some old servers
            answer ->
                answer.status() == 404 || answer.status() == 405
                    ? Outcome.granted(false)
                    : place.refused(answer, "referrers"))
        .then(known -> known ? Outcome.granted(found) : fallback(subject))
        .map(all -> all.stream().filter(one -> fits(one, artifactType)).toList());
  }

  private static boolean fits(Descriptor one, String artifactType) {
    return artifactType.isEmpty() || one.artifactType().equals(artifactType);
  }

  private Outcome<Boolean> page(JsonObject json, List<Descriptor> found) {
    for (JsonValue item : json.array("manifests").orElse(List.of())) {
      if (found.size() == MAX_REFERRERS)
        return place.host().no("referrers", "at most " + MAX_REFERRERS, "more");
      var one = Descriptor.parse(item);
      if (one instanceof Outcome.Refused<Descriptor> no) return no.as();
      found.add(one.orThrow());
    }
    return Outcome.granted(true);
  }

  private Outcome<List<Descriptor>> fallback(Digest subject) {
    return place
        .manifest(tag(subject), Optional.empty())
        .then(
            document ->
                document.isEmpty() || !document.get().isIndex()
                    ? Outcome.granted(List.of())
                    : Index.parse(document.get()).map(Index::manifests));
  }

  /**
   * Adds a manifest to the fallback tag. Registries have no exchange of a tag on condition: it is
   * read again afterwards, and written again when somebody else was faster.
   */
  Outcome<Boolean> add(Digest subject, Document document) {
    var entry = entry(document);
    for (int tries = 1; ; tries++) {
      var before = fallback(subject);
      if (!(before instanceof Outcome.Granted<List<Descriptor>>(var there)))
        return before.map(a -> false);
      if (there.stream().anyMatch(one -> one.digest().equals(document.digest())))
        return Outcome.granted(true);
      if (tries > MAX_TRIES)
        return place.host().no("fallback tag " + tag(subject), "our entry", "another's, again");
      var entries = new ArrayList<>(there);
      entries.add(entry);
      var written = index(entries).then(index -> place.put(index, tag(subject)));
      if (written instanceof Outcome.Refused<Repository.Stored> no) return no.as();
    }
  }

  private static Outcome<Document> index(List<Descriptor> entries) {
    var list = new ArrayList<JsonValue>();
    entries.forEach(one -> list.add(one.json()));
    return Document.of(
        Json.write(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", Manifest.OCI_INDEX)
                .put("manifests", new JsonArray(list))
                .build()));
  }

  /** As the list of a registry has it: with the annotations and the kind of the artifact. */
  private static Descriptor entry(Document document) {
    var json = document.json().orThrow();
    var annotations = new LinkedHashMap<String, String>();
    json.object("annotations")
        .map(JsonObject::members)
        .orElse(Map.of())
        .forEach(
            (key, value) -> {
              if (value instanceof JsonString(String text)) annotations.put(key, text);
            });
    String kind =
        json.string("artifactType")
            .or(() -> json.object("config").flatMap(config -> config.string("mediaType")))
            .orElse("");
    return new Descriptor(
        document.mediaType(),
        document.digest(),
        document.bytes().length,
        annotations,
        Optional.empty(),
        kind);
  }
}
