package dev.theca.image.copy;

import dev.theca.image.Manifest;

/** Docker's names and OCI's for the same things (OCI image-spec, "Compatibility Matrix"). */
final class MediaTypes {
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";

  private MediaTypes() {}

  /** The OCI name of a type; other types stay. */
  static String oci(String type) {
    return switch (type) {
      case Manifest.DOCKER -> Manifest.OCI;
      case Manifest.DOCKER_LIST -> Manifest.OCI_INDEX;
      case "application/vnd.docker.container.image.v1+json" -> OCI_CONFIG;
      case "application/vnd.docker.image.rootfs.diff.tar" -> LAYER;
      case "application/vnd.docker.image.rootfs.diff.tar.gzip" -> LAYER + "+gzip";
      case "application/vnd.docker.image.rootfs.diff.tar.zstd" -> LAYER + "+zstd";
      case "application/vnd.docker.image.rootfs.foreign.diff.tar" -> FOREIGN;
      case "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" -> FOREIGN + "+gzip";
      case "application/vnd.docker.image.rootfs.diff.tar.gzip+encrypted" ->
          LAYER + "+gzip+encrypted";
      default -> type;
    };
  }
}
