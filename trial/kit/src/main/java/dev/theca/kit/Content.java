package dev.theca.kit;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry has in memory, and what an honest one answers: manifests, blobs with ranges,
 * tags, referrers, and pushes. Nothing that is put in by a test is checked.
 */
public final class Content {
  private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
  private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+:[^/]+)");
  private static final Pattern BEGIN = Pattern.compile("/v2/(.+)/blobs/uploads/?");
  private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([0-9]+)");
  private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
  private static final Pattern REFERRERS = Pattern.compile("/v2/(.+)/referrers/([^/]+)");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private record Typed(String mediaType, byte[] bytes) {}

  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Typed> manifests = new ConcurrentSkipListMap<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  Content() {}

  /** Has a blob under its digest. */
  public Digest blob(String repository, byte[] bytes) {
    var digest = Digest.sha256(bytes);
    blob(repository, digest.toString(), bytes);
    return digest;
  }

  /** Has bytes under a digest that need not be theirs. */
  public void blob(String repository, String digest, byte[] bytes) {
    blobs.put(repository + "@" + digest, bytes);
  }

  /** Has a document under a tag, and under its digest. */
  public Digest manifest(String repository, String tag, String mediaType, byte[] bytes) {
    var digest = Digest.sha256(bytes);
    reference(repository, tag, mediaType, bytes);
    reference(repository, digest.toString(), mediaType, bytes);
    return digest;
  }

  /** Has a document under a tag, or under a digest that need not be its own. */
  public void reference(String repository, String reference, String mediaType, byte[] bytes) {
    manifests.put(repository + "@" + reference, new Typed(mediaType, bytes));
  }

  /** What was pushed or put under a digest. */
  public Optional<byte[]> blob(String repository, String digest) {
    return Optional.ofNullable(blobs.get(repository + "@" + digest));
  }

  public Optional<byte[]> manifest(String repository, String reference) {
    return Optional.ofNullable(manifests.get(repository + "@" + reference)).map(Typed::bytes);
  }

  Reply answer(Seen seen) {
    String path = seen.path();
    Matcher m;
    if (path.equals("/v2/")) return Reply.of(200, "{}").with("Content-Type", "application/json");
    if ((m = MANIFEST.matcher(path)).matches()) return manifest(seen, m.group(1), m.group(2));
    if ((m = BEGIN.matcher(path)).matches()) return begin(seen, m.group(1));
    if ((m = UPLOAD.matcher(path)).matches()) return upload(seen, m.group(1), m.group(2));
    if ((m = BLOB.matcher(path)).matches()) return blob(seen, m.group(1), m.group(2));
    if ((m = TAGS.matcher(path)).matches()) return tags(m.group(1));
    if ((m = REFERRERS.matcher(path)).matches()) return referrers(m.group(1), m.group(2));
    return error("NAME_UNKNOWN");
  }

  private Reply manifest(Seen seen, String repository, String reference) {
    if (seen.method().equals("PUT")) {
      var type = seen.field("content-type").orElse("");
      var digest = manifest(repository, reference, type, seen.body());
      return Reply.of(201)
          .with("Location", "/v2/" + repository + "/manifests/" + digest)
          .with("Docker-Content-Digest", digest.toString());
    }
    var found = manifests.get(repository + "@" + reference);
    if (found == null) return error("MANIFEST_UNKNOWN");
    return Reply.of(200)
        .withBody(found.bytes)
        .with("Content-Type", found.mediaType)
        .with("Docker-Content-Digest", Digest.sha256(found.bytes).toString());
  }

  private Reply blob(Seen seen, String repository, String digest) {
    byte[] bytes = blobs.get(repository + "@" + digest);
    if (bytes == null) return error("BLOB_UNKNOWN");
    var reply =
        Reply.of(200)
            .withBody(bytes)
            .with("Content-Type", "application/octet-stream")
            .with("Accept-Ranges", "bytes")
            .with("Docker-Content-Digest", digest);
    var range = RANGE.matcher(seen.field("range").orElse(""));
    if (!range.matches()) return reply;
    int first = Integer.parseInt(range.group(1));
    if (first >= bytes.length)
      return Reply.of(416).with("Content-Range", "bytes */" + bytes.length);
    int last =
        range.group(2).isEmpty()
            ? bytes.length - 1
            : Math.min(bytes.length - 1, Integer.parseInt(range.group(2)));
    return reply
        .withStatus(206)
        .with("Content-Range", "bytes " + first + "-" + last + "/" + bytes.length)
        .withBody(Arrays.copyOfRange(bytes, first, last + 1));
  }

  private Reply begin(Seen seen, String repository) {
    var query = query(seen);
    String from = query.getOrDefault("from", "") + "@" + query.getOrDefault("mount", "");
    if (blobs.containsKey(from)) {
      blobs.put(repository + "@" + query.get("mount"), blobs.get(from));
      return Reply.of(201).with("Location", "/v2/" + repository + "/blobs/" + query.get("mount"));
    }
    String id = next.incrementAndGet() + "";
    uploads.put(id, seen.body());
    return query.containsKey("digest")
        ? finish(repository, id, query.get("digest"))
        : Reply.of(202).with("Location", "/v2/" + repository + "/blobs/uploads/" + id);
  }

  private Reply upload(Seen seen, String repository, String id) {
    byte[] before = uploads.get(id);
    if (before == null) return error("BLOB_UPLOAD_UNKNOWN");
    byte[] all = Arrays.copyOf(before, before.length + seen.body().length);
    System.arraycopy(seen.body(), 0, all, before.length, seen.body().length);
    uploads.put(id, all);
    if (seen.method().equals("PUT"))
      return finish(repository, id, query(seen).getOrDefault("digest", ""));
    return Reply.of(seen.method().equals("GET") ? 204 : 202)
        .with("Location", "/v2/" + repository + "/blobs/uploads/" + id)
        .with("Range", "0-" + Math.max(0, all.length - 1));
  }

  private Reply finish(String repository, String id, String digest) {
    byte[] bytes = uploads.remove(id);
    if (bytes == null || !Digest.sha256(bytes).toString().equals(digest))
      return error("DIGEST_INVALID").withStatus(400);
    blob(repository, digest, bytes);
    return Reply.of(201).with("Location", "/v2/" + repository + "/blobs/" + digest);
  }

  private Reply tags(String repository) {
    var tags = new ArrayList<String>();
    for (String name : manifests.keySet())
      if (name.startsWith(repository + "@") && name.indexOf(':') < 0)
        tags.add(name.substring(repository.length() + 1));
    return json(
        "application/json",
        JsonObject.builder().put("name", repository).put("tags", JsonArray.strings(tags)).build());
  }

  private Reply referrers(String repository, String subject) {
    var found = new ArrayList<JsonValue>();
    manifests.forEach(
        (name, typed) -> {
          if (!name.startsWith(repository + "@sha256:")) return;
          var json = Json.object(typed.bytes);
          if (!json.isGranted()) return;
          var of = json.orThrow().object("subject").flatMap(s -> s.string("digest"));
          if (of.filter(subject::equals).isEmpty()) return;
          var entry =
              JsonObject.builder()
                  .put("mediaType", typed.mediaType)
                  .put("digest", name.substring(repository.length() + 1))
                  .put("size", typed.bytes.length);
          json.orThrow().string("artifactType").ifPresent(t -> entry.put("artifactType", t));
          json.orThrow().object("annotations").ifPresent(a -> entry.put("annotations", a));
          found.add(entry.build());
        });
    return json(
        INDEX,
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", INDEX)
            .put("manifests", new JsonArray(found))
            .build());
  }

  private static Reply json(String type, JsonObject body) {
    return Reply.of(200).withBody(Json.write(body)).with("Content-Type", type);
  }

  private static Reply error(String code) {
    return Reply.of(404, "{\"errors\":[{\"code\":\"" + code + "\"}]}")
        .with("Content-Type", "application/json");
  }

  private static Map<String, String> query(Seen seen) {
    var all = new TreeMap<String, String>();
    for (String part : seen.query().split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0)
        all.put(
            part.substring(0, equals),
            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return all;
  }
}
