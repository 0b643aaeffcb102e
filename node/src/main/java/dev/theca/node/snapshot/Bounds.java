package dev.theca.node.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request may hold: containerd's own limits for labels, and ours for the rest. */
final class Bounds {
  /** Layers that overlayfs stacks at most (fs/overlayfs, OVL_MAX_STACK). */
  static final int DEPTH = 500;

  private static final int NAME = 4096;
  private static final int LABEL = 4096;
  private static final int LABELS = 1 << 18;

  private Bounds() {}

  static void name(String what, String name) throws SnapshotRefused {
    if (name.isEmpty()) throw SnapshotRefused.invalid(what + " is missing");
    optional(what, name);
  }

  static void optional(String what, String name) throws SnapshotRefused {
    if (bytes(name) > NAME)
      throw SnapshotRefused.invalid(
          "%s has %d bytes, at most %d are allowed".formatted(what, bytes(name), NAME));
    if (name.indexOf('\0') >= 0) throw SnapshotRefused.invalid(what + " holds a NUL");
  }

  static void labels(Map<String, String> labels) throws SnapshotRefused {
    long all = 0;
    for (var label : labels.entrySet()) {
      int bytes = bytes(label.getKey()) + bytes(label.getValue());
      if (label.getKey().isEmpty()) throw SnapshotRefused.invalid("a label has no name");
      if (bytes > LABEL)
        throw SnapshotRefused.invalid(
            "label %s has %d bytes with its value, at most %d are allowed"
                .formatted(shortened(label.getKey()), bytes, LABEL));
      all += bytes;
    }
    if (all > LABELS)
      throw SnapshotRefused.invalid(
          "the labels have %d bytes, at most %d are allowed".formatted(all, LABELS));
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
