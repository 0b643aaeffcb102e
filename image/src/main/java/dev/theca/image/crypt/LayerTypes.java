package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import java.util.Map;

/** Media types of layers before and after encryption; written ones are always OCI's. */
final class LayerTypes {
  private static final String ENCRYPTED = "+encrypted";
  private static final String OCI = "application/vnd.oci.image.layer.v1.tar";
  private static final String FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";
  private static final Map<String, String> FAMILIES =
      Map.of(OCI, OCI, FOREIGN, FOREIGN, DOCKER, OCI, DOCKER_FOREIGN, FOREIGN);

  private LayerTypes() {}

  static Outcome<String> encrypted(String mediaType) {
    return oci(mediaType).map(type -> type + ENCRYPTED);
  }

  static Outcome<String> decrypted(String mediaType) {
    return mediaType.endsWith(ENCRYPTED)
        ? oci(mediaType.substring(0, mediaType.length() - ENCRYPTED.length()))
        : unknown("an encrypted layer type", mediaType);
  }

  private static Outcome<String> oci(String mediaType) {
    for (String compression : new String[] {"gzip", "zstd", ""}) {
      for (var family : FAMILIES.entrySet()) {
        String docker = family.getKey() + (compression.isEmpty() ? "" : "." + compression);
        String plus = compression.isEmpty() ? "" : "+" + compression;
        if (mediaType.equals(docker) || mediaType.equals(family.getKey() + plus))
          return Outcome.granted(family.getValue() + plus);
      }
    }
    return unknown("a layer type of OCI or Docker that is not encrypted yet", mediaType);
  }

  private static <T> Outcome<T> unknown(String expected, String found) {
    return CryptCode.BAD_OPTIONS.refuse(
        "media type of the layer",
        expected,
        "'" + (found.length() > 200 ? found.substring(0, 200) : found) + "'",
        "encrypt filesystem layers, once");
  }
}
