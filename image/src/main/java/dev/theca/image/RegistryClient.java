package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Talks to OCI registries (distribution-spec 1.1). HTTPS, except to hosts that the caller names as
 * insecure. What arrives is checked against its digest by whoever reads it to the end.
 */
public final class RegistryClient {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String DOCKER_HUB = "registry-1.docker.io";
  private static final String ACCEPT =
      String.join(", ", Manifest.OCI, Manifest.DOCKER, Manifest.OCI_INDEX, Manifest.DOCKER_LIST);

  private final Set<String> insecure;
  private final RegistryHttp http;

  /** {@code insecure} are hosts with their ports that are asked without TLS. */
  public RegistryClient(Set<String> insecure) {
    this.insecure = Set.copyOf(insecure);
    this.http = new RegistryHttp(this.insecure);
  }

  private URI uri(ImageRef ref, String path) {
    String scheme = insecure.contains(ref.registry()) ? "http" : "https";
    String host = ref.registry().equals("docker.io") ? DOCKER_HUB : ref.registry();
    return URI.create(scheme + "://" + host + "/v2/" + ref.repository() + "/" + path);
  }

  /**
   * The manifest of an image for this platform; an index is resolved, digests are checked. Empty
   * when there is none.
   */
  public Outcome<Optional<Manifest>> manifest(ImageRef ref) {
    var response =
        http.send(
            HttpRequest.newBuilder(uri(ref, "manifests/" + ref.reference()))
                .timeout(LIMIT)
                .header("Accept", ACCEPT)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      if (response.statusCode() == 404) return Outcome.granted(Optional.empty());
      if (response.statusCode() != 200)
        throw new ImageException("the registry answered " + response.statusCode() + " for " + ref);
      byte[] bytes = in.readNBytes(Manifest.MAX + 1);
      if (bytes.length > Manifest.MAX)
        return Manifest.bad("at most " + Manifest.MAX + " bytes", "more");
      Digest found = Digest.sha256(bytes);
      if (ref.digest().isPresent() && !ref.digest().get().equals(found))
        return Manifest.bad("digest " + ref.digest().get(), found.toString());
      return Json.object(bytes, dev.theca.wire.json.Limits.DEFAULT.withBytes(Manifest.MAX))
          .then(
              json ->
                  Manifest.isIndex(json.string("mediaType").orElse(""), json)
                      ? platform(ref, json)
                      : Manifest.parse(bytes).map(Optional::of));
    } catch (IOException e) {
      throw new ImageException("reading the manifest of " + ref, e);
    }
  }

  private Outcome<Optional<Manifest>> platform(ImageRef ref, JsonObject index) {
    for (var item : index.array("manifests").orElse(List.of())) {
      if (!(item instanceof JsonObject entry)) continue;
      var platform = entry.object("platform").orElse(JsonObject.builder().build());
      if (!platform.string("os").orElse("").equals("linux")
          || !platform.string("architecture").orElse("").equals("amd64")) continue;
      return Digest.parse(entry.string("digest").orElse(""))
          .then(
              digest ->
                  manifest(
                      new ImageRef(ref.registry(), ref.repository(), "", Optional.of(digest))));
    }
    return Manifest.bad("an image for linux/amd64", "an index without one");
  }

  /** A blob's bytes as they come; the caller checks the digest. */
  public InputStream blob(ImageRef ref, Digest digest) {
    var response =
        http.send(
            HttpRequest.newBuilder(uri(ref, "blobs/" + digest)).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200)
      throw new ImageException(
          "the registry answered " + response.statusCode() + " for blob " + digest + " of " + ref);
    return response.body();
  }

  /** A small blob, checked against its digest. */
  public Outcome<byte[]> smallBlob(ImageRef ref, Descriptor descriptor, int max) {
    try (InputStream in = blob(ref, descriptor.digest())) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) return Manifest.bad("a blob of at most " + max + " bytes", "more");
      if (!Digest.sha256(bytes).equals(descriptor.digest()))
        return Manifest.bad("blob " + descriptor.digest(), Digest.sha256(bytes).toString());
      return Outcome.granted(bytes);
    } catch (IOException e) {
      throw new ImageException("reading a blob of " + ref, e);
    }
  }

  /** Pushes bytes unless the registry has them. */
  public Descriptor push(ImageRef ref, String mediaType, byte[] bytes) {
    var digest = Digest.sha256(bytes);
    var head =
        http.send(
            HttpRequest.newBuilder(uri(ref, "blobs/" + digest))
                .timeout(LIMIT)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding());
    if (head.statusCode() != 200) {
      var upload = begin(ref);
      String join = upload.getRawQuery() == null ? "?" : "&";
      var put =
          HttpRequest.newBuilder(URI.create(upload + join + "digest=" + digest))
              .timeout(LIMIT)
              .header("Content-Type", "application/octet-stream")
              .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
              .build();
      var response = http.send(put, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 201)
        throw new ImageException(
            "the registry answered "
                + response.statusCode()
                + " to a blob of "
                + ref
                + ": "
                + response.body());
    }
    return new Descriptor(mediaType, digest, bytes.length, java.util.Map.of());
  }

  private URI begin(ImageRef ref) {
    URI at = uri(ref, "blobs/uploads/");
    var response =
        http.send(
            HttpRequest.newBuilder(at)
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    var location = response.headers().firstValue("Location");
    if (response.statusCode() != 202 || location.isEmpty())
      throw new ImageException(
          "the registry answered " + response.statusCode() + " to an upload for " + ref);
    return at.resolve(location.get());
  }

  /** Pushes a manifest under the reference's tag; its digest. */
  public Digest pushManifest(ImageRef ref, String mediaType, byte[] manifest) {
    var put =
        HttpRequest.newBuilder(uri(ref, "manifests/" + ref.reference()))
            .timeout(LIMIT)
            .header("Content-Type", mediaType)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest))
            .build();
    var response = http.send(put, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 201)
      throw new ImageException(
          "the registry answered "
              + response.statusCode()
              + " to the manifest of "
              + ref
              + ": "
              + response.body());
    return Digest.sha256(manifest);
  }
}
