package dev.theca.cli.seal;

import dev.theca.cli.image.Bytes;
import dev.theca.image.Descriptor;
import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * What sealing an image does, in full, before any of it is done. The same image, name and terms
 * give the same plan.
 *
 * @param source the manifest or index that is sealed
 * @param layers of every image, bottom to top
 * @param key the image's key at the broker; empty without a broker
 * @param signatureKey the public half of the signing key at the broker; empty without a broker
 * @param signer fingerprint of the signing key: SHA-256 of its SubjectPublicKeyInfo
 * @param scope the repository that the image policy and signatures name
 */
record SealPlan(
    String from,
    Digest source,
    String to,
    List<List<Descriptor>> layers,
    List<String> recipients,
    Optional<String> key,
    Optional<String> signatureKey,
    String signer,
    String scope,
    Optional<String> imagePolicy,
    Optional<String> workloadPolicy,
    Optional<String> reference,
    boolean referrer) {
  /** What nobody should think of as hidden. */
  static final String READABLE =
      "the image's configuration (environment, arguments, history) stays readable in the registry";

  SealPlan {
    layers = List.copyOf(layers);
    recipients = List.copyOf(recipients);
  }

  JsonObject.Builder json() {
    var images = layers.stream().<JsonValue>map(SealPlan::image).toList();
    var out =
        JsonObject.builder()
            .put("source", from)
            .put("source_digest", source.toString())
            .put("destination", to)
            .put("images", new JsonArray(images))
            .put("recipients", JsonArray.strings(recipients))
            .put("signer_sha256", signer)
            .put("scope", scope)
            .put("signature_as_referrer", referrer)
            .put("stays_readable", READABLE);
    key.ifPresent(path -> out.put("key", "kbs:///" + path));
    signatureKey.ifPresent(path -> out.put("signature_key", "kbs:///" + path));
    imagePolicy.ifPresent(path -> out.put("image_policy", "kbs:///" + path));
    workloadPolicy.ifPresent(path -> out.put("workload_policy", "kbs:///" + path));
    reference.ifPresent(name -> out.put("reference_value", name));
    return out;
  }

  private static JsonValue image(List<Descriptor> layers) {
    return new JsonArray(
        layers.stream()
            .<JsonValue>map(
                layer ->
                    JsonObject.builder()
                        .put("digest", layer.digest().toString())
                        .put("size_bytes", layer.size())
                        .put("media_type", layer.mediaType())
                        .put("encrypt", !layer.encrypted())
                        .build())
            .toList());
  }

  String text() {
    var text = new StringBuilder();
    line(text, "source", from + "@" + source);
    line(text, "destination", to);
    for (List<Descriptor> image : layers) {
      long bytes = image.stream().mapToLong(Descriptor::size).sum();
      long plain = image.stream().filter(layer -> !layer.encrypted()).count();
      line(
          text,
          "encrypt",
          plain + " of " + image.size() + " layers, " + Bytes.of(bytes) + " in all");
    }
    recipients.forEach(name -> line(text, "for", name));
    key.ifPresent(path -> line(text, "key", "kbs:///" + path));
    line(text, "sign with", "sha256:" + signer);
    signatureKey.ifPresent(path -> line(text, "public half", "kbs:///" + path));
    imagePolicy.ifPresent(
        path -> line(text, "image policy", "kbs:///" + path + " demands it for " + scope));
    workloadPolicy.ifPresent(
        path -> line(text, "workload policy", "kbs:///" + path + " may use the key for " + scope));
    reference.ifPresent(name -> line(text, "reference value", name + ": the new digest"));
    line(text, "note", READABLE);
    return text.toString();
  }

  private static void line(StringBuilder text, String what, String value) {
    text.append(String.format(java.util.Locale.ROOT, "%-16s%s%n", what, value));
  }
}
