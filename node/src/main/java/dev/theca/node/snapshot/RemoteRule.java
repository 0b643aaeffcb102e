package dev.theca.node.snapshot;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Which images are left to the agents, so that their layers are never fetched by this host: those
 * with an encrypted layer, those whose reference is listed, or all.
 *
 * @param references pull references; {@code *} stands for any characters
 * @param content containerd's content store, where manifests are looked up
 */
public record RemoteRule(boolean all, List<String> references, Path content) {
  private static final String REFERENCE = "containerd.io/snapshot/cri.image-ref";
  private static final String MANIFEST = "containerd.io/snapshot/cri.manifest-digest";

  public RemoteRule {
    references = List.copyOf(references);
  }

  /** The image that labels of a snapshot name; parts that they do not name are empty. */
  static ImageHint hint(Map<String, String> labels) {
    return new ImageHint(labels.getOrDefault(REFERENCE, ""), labels.getOrDefault(MANIFEST, ""));
  }

  /**
   * Whether a layer is left to the agents. Clients that do not say which image they pull (ctr,
   * nerdctl) name only what it is stacked of; then every image here that has this layer counts, and
   * one in the clear is enough for it to be fetched.
   */
  boolean leaves(Map<String, String> labels, String chain, KnownImages known) {
    if (all) return true;
    var image = hint(labels);
    for (String pattern : references) if (matches(pattern, image.reference())) return true;
    var manifest = Placeholder.blob(content, image.manifestDigest());
    if (manifest.isEmpty()) return areEncrypted(known.beginningWith(chain));
    return manifest.get().array("layers").orElse(List.of()).stream()
        .anyMatch(KnownImages::isEncrypted);
  }

  /** Whether there are any, and none has the layer in the clear. */
  static boolean areEncrypted(List<KnownImages.Image> images) {
    return !images.isEmpty() && images.stream().allMatch(KnownImages.Image::encrypted);
  }

  /** Whether the whole text has the pattern's form; takes no longer than their lengths multiply. */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') p++;
    return p == pattern.length();
  }
}
