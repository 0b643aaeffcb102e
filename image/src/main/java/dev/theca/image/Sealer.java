package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;

/**
 * Pushes images: plain, or sealed (every layer encrypted, then the manifest signed). Plaintext
 * stays in memory.
 */
public final class Sealer {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  /** How a packed image runs. */
  public record Run(
      List<String> entrypoint,
      List<String> command,
      List<String> env,
      String user,
      String workingDir) {}

  private final RegistryClient registry;

  public Sealer(RegistryClient registry) {
    this.registry = registry;
  }

  /** Encrypts for {@code recipients}, pushes, signs with {@code signer}; the manifest's digest. */
  public Digest seal(
      ImageRef ref, List<ImageBuilder> layers, Run run, List<Jwk> recipients, KeyPair signer) {
    Digest digest = push(ref, layers, run, recipients);
    Cosign.sign(registry, ref, digest, signer);
    return digest;
  }

  /** Pushes without a signature; unencrypted when there are no recipients. */
  public Digest push(ImageRef ref, List<ImageBuilder> layers, Run run, List<Jwk> recipients) {
    var descriptors = new ArrayList<JsonValue>();
    var diffIds = new ArrayList<String>();
    for (ImageBuilder layer : layers) {
      byte[] tar = layer.tar();
      diffIds.add(Digest.sha256(tar).toString());
      byte[] stored = ImageBuilder.gzip(tar);
      descriptors.add(
          recipients.isEmpty()
              ? registry.push(ref, LAYER, stored).json()
              : sealed(ref, stored, recipients).json());
    }
    var config = registry.push(ref, CONFIG, Json.write(config(run, diffIds)));
    var manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put("config", config.json())
            .put("layers", new JsonArray(descriptors))
            .build();
    return registry.pushManifest(ref, Manifest.OCI, Json.write(manifest));
  }

  private Descriptor sealed(ImageRef ref, byte[] stored, List<Jwk> recipients) {
    var layer = LayerKeys.seal(stored, recipients);
    var pushed = registry.push(ref, LAYER + "+encrypted", layer.ciphertext());
    return new Descriptor(pushed.mediaType(), pushed.digest(), pushed.size(), layer.annotations());
  }

  private static JsonObject config(Run run, List<String> diffIds) {
    var inner =
        JsonObject.builder()
            .put("Entrypoint", JsonArray.strings(run.entrypoint()))
            .put("Cmd", JsonArray.strings(run.command()))
            .put("Env", JsonArray.strings(run.env()))
            .put("User", run.user())
            .put("WorkingDir", run.workingDir())
            .build();
    return JsonObject.builder()
        .put("created", "1970-01-01T00:00:00Z")
        .put("architecture", "amd64")
        .put("os", "linux")
        .put("config", inner)
        .put(
            "rootfs",
            JsonObject.builder()
                .put("type", "layers")
                .put("diff_ids", JsonArray.strings(diffIds))
                .build())
        .build();
  }
}
