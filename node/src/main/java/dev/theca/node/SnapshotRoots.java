package dev.theca.node;

import dev.theca.node.pod.Roots;
import dev.theca.node.snapshot.ImageHint;
import dev.theca.node.snapshot.SnapshotServer;
import java.nio.file.Path;
import java.util.Optional;

/** Joins pods and the snapshotter of the same daemon. */
record SnapshotRoots(SnapshotServer snapshots) implements Roots {
  @Override
  public Optional<String> image(String namespace, String containerId) {
    return snapshots
        .imageOf(namespace, containerId)
        .map(ImageHint::reference)
        .filter(reference -> !reference.isEmpty());
  }

  @Override
  public void sealed(String namespace, String containerId, Path folder) {
    snapshots.sealedVolume(namespace, containerId, folder);
  }

  @Override
  public void forget(String namespace, String containerId) {
    snapshots.forgetSealedVolume(namespace, containerId);
  }
}
