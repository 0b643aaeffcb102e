package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Key signatures as cosign makes them: a signed payload that names the manifest's digest, at the
 * tag {@code sha256-<hex>.sig}.
 */
public final class Cosign {
  private static final String PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String TYPE = "cosign container image signature";

  private Cosign() {}

  /** Reads a public key in PEM (SubjectPublicKeyInfo): ECDSA, RSA or Ed25519. */
  public static Outcome<PublicKey> key(String pem) {
    var der = Pem.read("PUBLIC KEY", pem).filter(blocks -> blocks.size() == 1);
    for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
      try {
        if (der.isPresent())
          return Outcome.granted(
              KeyFactory.getInstance(algorithm)
                  .generatePublic(new X509EncodedKeySpec(der.get().getFirst())));
      } catch (GeneralSecurityException e) {
        continue; // a key of another kind
      }
    }
    return Outcome.refused(
        Code.of("image-signature-key"),
        "signature key",
        "one public key in PEM",
        "other text",
        "store the signer's public key under the name in the policy");
  }

  private static ImageRef signatureRef(ImageRef image, Digest manifest) {
    return new ImageRef(
        image.registry(),
        image.repository(),
        "sha256-" + manifest.hex() + ".sig",
        Optional.empty());
  }

  /** Signs a manifest and pushes the signature beside it. */
  public static void sign(RegistryClient registry, ImageRef image, Digest manifest, KeyPair key) {
    byte[] payload =
        Json.write(
            JsonObject.builder()
                .put(
                    "critical",
                    JsonObject.builder()
                        .put(
                            "identity",
                            JsonObject.builder().put("docker-reference", image.name()).build())
                        .put(
                            "image",
                            JsonObject.builder()
                                .put("docker-manifest-digest", manifest.toString())
                                .build())
                        .put("type", TYPE)
                        .build())
                .put("optional", JsonObject.builder().build())
                .build());
    String signature;
    try {
      var signer = Signature.getInstance(jdkName(key.getPublic()));
      signer.initSign(key.getPrivate());
      signer.update(payload);
      signature = Base64.getEncoder().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new ImageException("cannot sign", e);
    }
    var ref = signatureRef(image, manifest);
    var pushed = registry.push(ref, PAYLOAD_TYPE, payload);
    var layer =
        new Descriptor(PAYLOAD_TYPE, pushed.digest(), pushed.size(), Map.of(SIGNATURE, signature));
    var config =
        registry.push(
            ref, "application/vnd.oci.image.config.v1+json", "{}".getBytes(StandardCharsets.UTF_8));
    var document =
        JsonObject.builder()
            .put("schemaVersion", 2)
            .put("mediaType", Manifest.OCI)
            .put("config", config.json())
            .put("layers", JsonArray.of(layer.json()))
            .build();
    registry.pushManifest(ref, Manifest.OCI, Json.write(document));
  }

  /**
   * Whether one of the image's signatures verifies under {@code key} and names this digest and
   * repository.
   */
  static Outcome<Boolean> verify(
      RegistryClient registry, ImageRef image, Digest manifest, PublicKey key) {
    var ref = signatureRef(image, manifest);
    return registry
        .manifest(ref)
        .then(
            found -> {
              if (found.isEmpty()) return refused("a signature at " + ref, "none");
              for (Descriptor layer : found.get().layers()) {
                if (holds(registry, ref, layer, image, manifest, key)) return Outcome.granted(true);
              }
              return refused(
                  "a signature of the policy's key over " + manifest,
                  found.get().layers().size() + " other signatures");
            });
  }

  private static boolean holds(
      RegistryClient registry,
      ImageRef ref,
      Descriptor layer,
      ImageRef image,
      Digest manifest,
      PublicKey key) {
    if (!(registry.smallBlob(ref, layer, 1 << 16) instanceof Outcome.Granted<byte[]>(var payload)))
      return false;
    try {
      var verifier = Signature.getInstance(jdkName(key));
      verifier.initVerify(key);
      verifier.update(payload);
      if (!verifier.verify(
          Base64.getDecoder()
              .decode(layer.annotations().getOrDefault(SIGNATURE, "").replaceAll("[\r\n]", ""))))
        return false;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
    if (!(Json.object(payload) instanceof Outcome.Granted<JsonObject>(var json))) return false;
    var critical = json.object("critical").orElse(JsonObject.builder().build());
    return critical.get("type").equals(Optional.of(new JsonString(TYPE)))
        && critical
            .object("image")
            .flatMap(o -> o.string("docker-manifest-digest"))
            .equals(Optional.of(manifest.toString()))
        && critical
            .object("identity")
            .flatMap(o -> o.string("docker-reference"))
            .equals(Optional.of(image.name()));
  }

  private static String jdkName(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> "Ed25519";
    };
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-unsigned"),
        "signature of the image",
        expected,
        found,
        "seal the image with the key whose public half the policy names");
  }
}
