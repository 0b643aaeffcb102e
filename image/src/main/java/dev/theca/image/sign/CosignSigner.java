package dev.theca.image.sign;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageWriter;
import dev.theca.image.Manifest;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Signs manifests with a key, in cosign's two forms: at the tag {@code sha256-<hex>.sig}, beside
 * the signatures that are there already, and as a referrer that is a sigstore bundle. Equal input
 * gives equal manifests as far as the key's algorithm does.
 */
public final class CosignSigner {
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";

  private final SigningKey key;

  public CosignSigner(SigningKey key) {
    this.key = key;
  }

  /**
   * Adds a signature at the tag. Two signers at the same time can lose one of the two: a tag has no
   * compare-and-set.
   *
   * @param reference what the signature names: {@code host/repository}, or with the tag for
   *     policies that match exactly
   */
  public Outcome<Digest> byTag(
      ImageReader reader, ImageWriter writer, String reference, Digest manifest) {
    byte[] payload =
        new SimpleSigning(SimpleSigning.COSIGN, reference, manifest)
            .bytes(JsonObject.builder().build());
    String signature = Base64.getEncoder().encodeToString(key.sign(payload));
    return there(reader, SigstoreCandidates.tag(manifest))
        .then(
            layers ->
                blob(writer, SigstoreCandidates.PAYLOAD_TYPE, payload)
                    .then(
                        pushed -> {
                          layers.add(
                              pushed.with(
                                  SigstoreCandidates.PAYLOAD_TYPE,
                                  Map.of(SigstoreCandidates.SIGNATURE, signature)));
                          return image(writer, layers);
                        }))
        .then(document -> writer.put(document, SigstoreCandidates.tag(manifest)));
  }

  /** Stores a bundle (version 0.3, DSSE) that refers to the manifest. */
  public Outcome<Digest> byReferrer(ImageWriter writer, String repository, Descriptor manifest) {
    return artifact(writer, SigstoreBundle.V0_3, bundle(repository, manifest.digest()), manifest);
  }

  /** The bundle alone, to be kept or sent by other means. */
  public byte[] bundle(String repository, Digest manifest) {
    var content =
        new SignedContent.Envelope(
            InToto.PAYLOAD_TYPE, InToto.statement(repository, manifest), new byte[0]);
    var base64 = Base64.getEncoder();
    String hint =
        key.verifier()
            .map(v -> base64.encodeToString(Digest.sha256(v.spki()).toBytes()))
            .orElse("");
    var material =
        JsonObject.builder().put("publicKey", JsonObject.builder().put("hint", hint).build());
    var envelope =
        JsonObject.builder()
            .put("payload", base64.encodeToString(content.payload()))
            .put("payloadType", content.payloadType())
            .put(
                "signatures",
                JsonArray.of(
                    JsonObject.builder()
                        .put("sig", base64.encodeToString(key.sign(content.message())))
                        .build()));
    return Json.write(
        JsonObject.builder()
            .put("mediaType", SigstoreBundle.V0_3)
            .put("verificationMaterial", material.build())
            .put("dsseEnvelope", envelope.build())
            .build());
  }

  /** An artifact of one layer that refers to a manifest (image-spec, "Guidelines for Artifact"). */
  static Outcome<Digest> artifact(
      ImageWriter writer, String type, byte[] content, Descriptor subject) {
    var annotations =
        JsonObject.builder()
            .put("dev.sigstore.bundle.content", "dsse-envelope")
            .put("dev.sigstore.bundle.predicateType", InToto.COSIGN_SIGN);
    return blob(writer, EMPTY_TYPE, "{}".getBytes(StandardCharsets.UTF_8))
        .then(
            config ->
                blob(writer, type, content)
                    .then(
                        layer ->
                            Document.of(
                                Json.write(
                                    JsonObject.builder()
                                        .put("schemaVersion", 2)
                                        .put("mediaType", Manifest.OCI)
                                        .put("artifactType", type)
                                        .put("config", config.json())
                                        .put("layers", JsonArray.of(layer.json()))
                                        .put("subject", subject.json())
                                        .put("annotations", annotations.build())
                                        .build()))))
        .then(writer::put);
  }

  private static Outcome<List<Descriptor>> there(ImageReader reader, String tag) {
    return reader
        .tagged(tag)
        .then(
            found ->
                found.isEmpty()
                    ? Outcome.granted(new ArrayList<>())
                    : Manifest.parse(found.get()).map(m -> new ArrayList<>(m.layers())));
  }

  private static Outcome<Document> image(ImageWriter writer, List<Descriptor> layers) {
    var diffIds = JsonArray.strings(layers.stream().map(l -> l.digest().toString()).toList());
    var config =
        JsonObject.builder()
            .put("architecture", "")
            .put("os", "")
            .put("config", JsonObject.builder().build())
            .put(
                "rootfs",
                JsonObject.builder().put("type", "layers").put("diff_ids", diffIds).build())
            .build();
    return blob(writer, CONFIG_TYPE, Json.write(config))
        .then(
            pushed ->
                Document.of(
                    Json.write(
                        JsonObject.builder()
                            .put("schemaVersion", 2)
                            .put("mediaType", Manifest.OCI)
                            .put("config", pushed.json())
                            .put(
                                "layers",
                                new JsonArray(
                                    layers.stream().<JsonValue>map(Descriptor::json).toList()))
                            .build())));
  }

  private static Outcome<Descriptor> blob(ImageWriter writer, String type, byte[] content) {
    var descriptor = new Descriptor(type, Digest.sha256(content), content.length, Map.of());
    return writer
        .has(descriptor)
        .then(
            has -> {
              if (has) return Outcome.granted(descriptor);
              return writer
                  .upload()
                  .then(
                      upload -> {
                        try (upload) {
                          upload.write(content, 0, content.length);
                          return upload.finish(descriptor.digest()).map(_ -> descriptor);
                        }
                      });
            });
  }
}
