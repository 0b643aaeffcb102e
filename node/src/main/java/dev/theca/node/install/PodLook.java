package dev.theca.node.install;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is left of pods that are gone, and images that another snapshotter has pulled. */
final class PodLook {
  private static final int SHORT = 16;
  private static final int MAX_DEPTH = 3;

  private final HostLook.Findings findings;
  private final Site site;

  PodLook(HostLook.Findings findings, Site site) {
    this.findings = findings;
    this.site = site;
  }

  void look(ContainerdSocket asked, Path root) throws IOException {
    leftovers(asked.pods());
    Path blobs = root.resolve("io.containerd.content.v1.content/blobs/sha256");
    for (var image : asked.images().entrySet())
      if (encryptedHere(blobs, image.getValue(), 0))
        findings.add(
            false,
            "image-other-snapshotter",
            "image " + image.getKey(),
            "manifest and configuration on this host, no layers",
            "encrypted layers in containerd's store",
            "remove it; pull it with the annotation io.containerd.cri.runtime-handler: theca");
  }

  private void leftovers(Set<String> pods) throws IOException {
    var known = new HashSet<String>();
    for (String pod : pods) known.add(pod.substring(0, Math.min(SHORT, pod.length())));
    for (String id : new NodeState(site.run()).pods())
      if (!known.contains(id.substring(0, Math.min(SHORT, id.length()))))
        findings.add(
            false,
            "leftover",
            site.run().resolve("pods/" + id).toString(),
            "a pod that containerd knows",
            "none",
            "restart the node daemon: it removes what belongs to nobody");
  }

  /** Whether an encrypted layer below this manifest or index lies in containerd's store. */
  private static boolean encryptedHere(Path blobs, String digest, int depth) throws IOException {
    Optional<JsonObject> document = depth > MAX_DEPTH ? Optional.empty() : document(blobs, digest);
    if (document.isEmpty()) return false;
    for (var item : document.get().array("manifests").orElse(List.of()))
      if (item instanceof JsonObject manifest
          && encryptedHere(blobs, manifest.string("digest").orElse(""), depth + 1)) return true;
    for (var item : document.get().array("layers").orElse(List.of()))
      if (item instanceof JsonObject layer
          && layer.string("mediaType").orElse("").endsWith("+encrypted")
          && blob(blobs, layer.string("digest").orElse("")).isPresent()) return true;
    return false;
  }

  private static Optional<JsonObject> document(Path blobs, String digest) throws IOException {
    var file = blob(blobs, digest);
    if (file.isEmpty() || Files.size(file.get()) > 1 << 20) return Optional.empty();
    return Json.object(Files.readAllBytes(file.get()))
            instanceof Outcome.Granted<JsonObject>(var json)
        ? Optional.of(json)
        : Optional.empty();
  }

  private static Optional<Path> blob(Path blobs, String digest) {
    if (!digest.matches("sha256:[0-9a-f]{64}")) return Optional.empty();
    return Optional.of(blobs.resolve(digest.substring(7))).filter(Files::exists);
  }
}
