package dev.theca.image.unpack;

import dev.theca.image.Descriptor;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/**
 * How a layer is compressed, told by its media type: OCI's and Docker's, those that must not be
 * distributed, and the encrypted form of each.
 */
enum Compression {
  NONE,
  GZIP,
  ZSTD;

  private static final String OCI = "application/vnd.oci.image.layer.v1.tar";
  private static final String OCI_FOREIGN =
      "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";

  static Outcome<Compression> of(Descriptor layer) {
    String type = layer.mediaType();
    if (layer.encrypted()) type = type.substring(0, type.length() - "+encrypted".length());
    return switch (type) {
      case OCI, OCI_FOREIGN, DOCKER, DOCKER_FOREIGN -> Outcome.granted(NONE);
      case OCI + "+gzip", OCI_FOREIGN + "+gzip", DOCKER + ".gzip", DOCKER_FOREIGN + ".gzip" ->
          Outcome.granted(GZIP);
      case OCI + "+zstd", OCI_FOREIGN + "+zstd", DOCKER + ".zstd", DOCKER_FOREIGN + ".zstd" ->
          Outcome.granted(ZSTD);
      default ->
          Outcome.refused(
              Code.of("image-layer-type"),
              "layer " + layer.digest(),
              "a tar archive, plain, gzip or zstd",
              "'" + layer.mediaType() + "'",
              "build the image for a container runtime");
    };
  }
}
