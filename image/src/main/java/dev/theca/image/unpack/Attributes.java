package dev.theca.image.unpack;

import dev.theca.image.tar.TarEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * What an entry has beside its name and content.
 *
 * @param mode permission bits with setuid, setgid and sticky (07777)
 * @param uid unsigned
 * @param gid unsigned
 * @param mtimeNanos nanoseconds since 1970
 * @param xattrs extended attributes of all name spaces; values are bytes
 */
public record Attributes(int mode, int uid, int gid, long mtimeNanos, Map<String, byte[]> xattrs) {
  /** For directories that no entry describes. */
  static final Attributes IMPLIED = new Attributes(0755, 0, 0, 0, Map.of());

  static Attributes of(TarEntry entry) {
    return new Attributes(
        entry.mode(), entry.uid(), entry.gid(), entry.mtimeNanos(), kept(entry.xattrs()));
  }

  /**
   * Without those that mean something to the machine and not to the image: overlayfs' own marks,
   * which could make a tree lie when it is mounted below another, and labels of the builder's
   * SELinux (umoci and containerd leave them out too).
   */
  private static Map<String, byte[]> kept(Map<String, byte[]> xattrs) {
    if (xattrs.isEmpty()) return xattrs;
    var kept = new HashMap<>(xattrs);
    kept.keySet()
        .removeIf(
            name ->
                name.startsWith("trusted.overlay.")
                    || name.startsWith("user.overlay.")
                    || name.equals("security.selinux")
                    || name.equals("system.nfs4_acl"));
    return kept;
  }
}
