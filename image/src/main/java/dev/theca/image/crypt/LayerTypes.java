package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import java.util.Map;
import java.util.Optional;

/** Media types of layers, Docker's and OCI's, before and after encryption. */
public final class LayerTypes {
  private static final String ENCRYPTED = "+encrypted";
  private static final String OCI = "application/vnd.oci.image.layer.v1.tar";
  private static final String FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";
  private static final Map<String, String> FAMILIES =
      Map.of(OCI, OCI, FOREIGN, FOREIGN, DOCKER, OCI, DOCKER_FOREIGN, FOREIGN);

  private LayerTypes() {}

  /** OCI's name of a layer's type, encrypted or not; empty for what is no layer. */
  public static Optional<String> oci(String mediaType) {
    boolean encrypted = mediaType.endsWith(ENCRYPTED);
    String plain = encrypted ? cut(mediaType) : mediaType;
    for (String compression : new String[] {"gzip", "zstd", ""}) {
      for (var family : FAMILIES.entrySet()) {
        String docker = family.getKey() + (compression.isEmpty() ? "" : "." + compression);
        String plus = compression.isEmpty() ? "" : "+" + compression;
        if (plain.equals(docker) || plain.equals(family.getKey() + plus))
          return Optional.of(family.getValue() + plus + (encrypted ? ENCRYPTED : ""));
      }
    }
    return Optional.empty();
  }

  static Outcome<String> encrypted(String mediaType) {
    return oci(mediaType)
        .filter(type -> !type.endsWith(ENCRYPTED))
        .map(type -> Outcome.granted(type + ENCRYPTED))
        .orElseGet(
            () -> unknown("a layer type of OCI or Docker that is not encrypted yet", mediaType));
  }

  static Outcome<String> decrypted(String mediaType) {
    return oci(mediaType)
        .filter(type -> type.endsWith(ENCRYPTED))
        .map(type -> Outcome.granted(cut(type)))
        .orElseGet(() -> unknown("an encrypted layer type", mediaType));
  }

  private static String cut(String encrypted) {
    return encrypted.substring(0, encrypted.length() - ENCRYPTED.length());
  }

  private static <T> Outcome<T> unknown(String expected, String found) {
    return CryptCode.BAD_OPTIONS.refuse(
        "media type of the layer",
        expected,
        "'" + (found.length() > 200 ? found.substring(0, 200) : found) + "'",
        "encrypt filesystem layers, once");
  }
}
