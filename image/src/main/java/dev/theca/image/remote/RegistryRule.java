package dev.theca.image.remote;

import dev.theca.image.ImageRef;
import java.util.List;

/** One {@code [[registry]]} of registries.conf: what it is for, and where its images are. */
record RegistryRule(
    String prefix, String location, boolean insecure, boolean blocked, List<Mirror> mirrors) {
  /** When a mirror is asked: for every name, for names with a digest, for names without. */
  enum Pull {
    ALL,
    DIGEST_ONLY,
    TAG_ONLY;

    boolean serves(ImageRef ref) {
      return switch (this) {
        case ALL -> true;
        case DIGEST_ONLY -> ref.digest().isPresent();
        case TAG_ONLY -> ref.digest().isEmpty();
      };
    }
  }

  record Mirror(String location, boolean insecure, Pull pull) {}

  /**
   * How much of a name the prefix covers; -1 when it does not match. A match begins where the name
   * begins and ends at its end, before {@code /} or {@code @}, or before a tag; the colon after a
   * bare host begins a port, and {@code host:port} is another registry.
   */
  int covers(String name) {
    if (prefix.startsWith("*.")) {
      String below = prefix.substring(1);
      int host = name.indexOf('/');
      int at = name.indexOf(below);
      int end = at + below.length();
      if (at <= 0 || host < 0) return -1;
      boolean inHost = below.contains("/") ? at < host : end <= host;
      return inHost && (end == name.length() || "/:@".indexOf(name.charAt(end)) >= 0) ? end : -1;
    }
    if (!name.startsWith(prefix)) return -1;
    int end = prefix.length();
    if (end == name.length()) return end;
    char next = name.charAt(end);
    return next == '/' || next == '@' || next == ':' && prefix.contains("/") ? end : -1;
  }
}
