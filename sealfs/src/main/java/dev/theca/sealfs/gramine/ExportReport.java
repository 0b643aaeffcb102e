package dev.theca.sealfs.gramine;

import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/**
 * Everything that an export lost or changed, by name. Of a kind with more than a thousand cases the
 * first thousand are named and all are counted. Says nothing about content: no content is lost.
 *
 * @param bytes plaintext of all files
 * @param hostBytes what they take on the host
 * @param listing SHA-256 of the listing
 */
public record ExportReport(
    BoundRoot root,
    int files,
    int directories,
    long bytes,
    long hostBytes,
    Digest listing,
    List<ExtraMount> mounts,
    List<Changed> changes) {
  private static final String FORMAT = "theca-gramine-export/1";

  /** All cases of one kind. */
  public record Changed(Change change, int count, List<Named> named) {
    public Changed {
      named = List.copyOf(named);
    }
  }

  /** One case: the path in the tree, and what about it. */
  public record Named(String path, String detail) {}

  public ExportReport {
    mounts = List.copyOf(mounts);
    changes = List.copyOf(changes);
  }

  /** How often a kind of change occurred. */
  public int count(Change change) {
    return changes.stream().filter(c -> c.change() == change).mapToInt(Changed::count).sum();
  }

  /** The form that is written to a file; GRAMINE.md lists the members. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("root", root.path())
        .put("files", files)
        .put("directories", directories)
        .put("bytes", bytes)
        .put("hostBytes", hostBytes)
        .put("listing", listing.toString())
        .put("lostEverywhere", JsonArray.of("times"))
        .put("mounts", array(mounts.stream().<JsonValue>map(ExportReport::json)))
        .put("changes", array(changes.stream().<JsonValue>map(ExportReport::json)))
        .build();
  }

  private static JsonArray array(java.util.stream.Stream<JsonValue> items) {
    return new JsonArray(items.toList());
  }

  private static JsonObject json(ExtraMount mount) {
    return JsonObject.builder().put("path", mount.path()).put("uri", mount.uri()).build();
  }

  private static JsonObject json(Changed changed) {
    return JsonObject.builder()
        .put("change", changed.change().id())
        .put("count", changed.count())
        .put("named", array(changed.named().stream().<JsonValue>map(ExportReport::json)))
        .build();
  }

  private static JsonObject json(Named named) {
    return JsonObject.builder().put("path", named.path()).put("detail", named.detail()).build();
  }
}
