package dev.theca.node.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mapping of a user namespace as containerd labels a snapshot with it: {@code
 * CONTAINER:HOST:SIZE}, several with commas. What mounts it has to understand the options {@code
 * uidmap=} and {@code gidmap=}; the kernel does not.
 */
record IdMapping(String uids, String gids, int rootUid, int rootGid) {
  private static final String UIDS = "containerd.io/snapshot/uidmapping";
  private static final String GIDS = "containerd.io/snapshot/gidmapping";
  private static final int MAX_ENTRIES = 340; // user_namespaces(7)

  static Optional<IdMapping> of(Map<String, String> labels) throws SnapshotRefused {
    String uids = labels.getOrDefault(UIDS, "");
    String gids = labels.getOrDefault(GIDS, "");
    if (uids.isEmpty() && gids.isEmpty()) return Optional.empty();
    return Optional.of(new IdMapping(uids, gids, root(UIDS, uids), root(GIDS, gids)));
  }

  /** The host's number for the container's 0. */
  private static int root(String label, String mapping) throws SnapshotRefused {
    String[] entries = mapping.split(",", -1);
    long root = -1;
    for (String entry : entries) {
      if (!entry.matches("[0-9]{1,10}:[0-9]{1,10}:[0-9]{1,10}")) throw wrong(label, mapping);
      String[] numbers = entry.split(":", -1);
      long container = Long.parseLong(numbers[0]);
      long host = Long.parseLong(numbers[1]);
      long size = Long.parseLong(numbers[2]);
      if (size < 1 || container + size > 1L << 32 || host + size > 1L << 32)
        throw wrong(label, mapping);
      if (container == 0) root = host;
    }
    if (root < 0 || entries.length > MAX_ENTRIES) throw wrong(label, mapping);
    return (int) root;
  }

  private static SnapshotRefused wrong(String label, String mapping) {
    return SnapshotRefused.invalid(
        "label %s is \"%s\", expected CONTAINER:HOST:SIZE,... with container id 0 among them"
            .formatted(label, mapping));
  }

  List<String> options() {
    return List.of("uidmap=" + uids, "gidmap=" + gids);
  }
}
