package dev.theca.image.copy;

import dev.theca.image.Manifest;
import dev.theca.image.crypt.LayerTypes;

/** Docker's names and OCI's for the same things (OCI image-spec, "Compatibility Matrix"). */
final class MediaTypes {
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  private MediaTypes() {}

  /** The OCI name of a type; other types stay. */
  static String oci(String type) {
    return switch (type) {
      case Manifest.DOCKER -> Manifest.OCI;
      case Manifest.DOCKER_LIST -> Manifest.OCI_INDEX;
      case "application/vnd.docker.container.image.v1+json" -> OCI_CONFIG;
      default -> LayerTypes.oci(type).orElse(type);
    };
  }
}
