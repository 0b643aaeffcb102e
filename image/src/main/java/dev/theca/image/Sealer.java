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
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  private final RegistryClient registry;

  public Sealer(RegistryClient registry) {
    this.registry = registry;
  }

  /** Encrypts for {@code recipients}, pushes, signs with {@code signer}; the manifest's digest. */
  public Digest seal(ImageRef ref, ImageContent image, List<Jwk> recipients, KeyPair signer) {
    Digest digest = push(ref, image, recipients);
    Cosign.sign(registry, ref, digest, signer);
    return digest;
  }

  /** Pushes without a signature; unencrypted when there are no recipients. */
  public Digest push(ImageRef ref, ImageContent image, List<Jwk> recipients) {
    var descriptors = new ArrayList<JsonValue>();
    for (ImageContent.Layer layer : image.layers()) {
      byte[] stored = layer.bytes().get();
      descriptors.add(
          recipients.isEmpty()
              ? registry.push(ref, layer.mediaType(), stored).json()
              : sealed(ref, layer.mediaType(), stored, recipients).json());
    }
    var config = registry.push(ref, CONFIG, Json.write(image.config()));
    var manifest =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put("config", config.json())
            .put("layers", new JsonArray(descriptors))
            .build();
    return registry.pushManifest(ref, Manifest.OCI, Json.write(manifest));
  }

  private Descriptor sealed(ImageRef ref, String mediaType, byte[] stored, List<Jwk> recipients) {
    var layer = LayerKeys.seal(stored, recipients);
    var pushed = registry.push(ref, mediaType + "+encrypted", layer.ciphertext());
    return new Descriptor(pushed.mediaType(), pushed.digest(), pushed.size(), layer.annotations());
  }
}
