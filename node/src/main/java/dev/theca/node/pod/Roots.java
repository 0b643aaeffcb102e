package dev.theca.node.pod;

import java.nio.file.Path;
import java.util.Optional;

/** What the snapshotter knows, and is told, of the roots of containers. */
public interface Roots {
  /** Knows nothing and is told nothing. */
  Roots UNKNOWN =
      new Roots() {
        @Override
        public Optional<String> image(String namespace, String containerId) {
          return Optional.empty();
        }

        @Override
        public void sealed(String namespace, String containerId, Path folder) {}

        @Override
        public void forget(String namespace, String containerId) {}
      };

  /** Where a container's image came from: a hint, no identity. */
  Optional<String> image(String namespace, String containerId);

  /** The container's usage is that of a folder, from now on. */
  void sealed(String namespace, String containerId, Path folder);

  /** The folder is gone. */
  void forget(String namespace, String containerId);
}
