package dev.theca.forge;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/** What Rekor stores of a signature, in its types of both versions. Never for real signers. */
public final class RekorBody {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private RekorBody() {}

  /** The body of a hashedrekord entry; {@code verifier} is PEM. */
  public static byte[] hashedRekord(byte[] content, byte[] signature, String verifier) {
    var spec =
        JsonObject.builder()
            .put("data", JsonObject.builder().put("hash", hash(content)).build())
            .put(
                "signature",
                JsonObject.builder()
                    .put("content", BASE64.encodeToString(signature))
                    .put("publicKey", JsonObject.builder().put("content", text64(verifier)).build())
                    .build())
            .build();
    return body("hashedrekord", spec);
  }

  /** The body of a dsse entry. */
  public static byte[] dsse(byte[] payload, byte[] signature, String verifier) {
    var one =
        JsonObject.builder()
            .put("signature", BASE64.encodeToString(signature))
            .put("verifier", text64(verifier))
            .build();
    var spec =
        JsonObject.builder()
            .put("envelopeHash", hash(payload))
            .put("payloadHash", hash(payload))
            .put("signatures", JsonArray.of(one))
            .build();
    return body("dsse", spec);
  }

  /** The body of an entry of version 2; {@code member} is its only member in "spec". */
  private static byte[] body2(String kind, String member, JsonObject entry) {
    return Json.canonical(
        JsonObject.builder()
            .put("apiVersion", "0.0.2")
            .put("kind", kind)
            .put("spec", JsonObject.builder().put(member, entry).build())
            .build());
  }

  private static JsonObject hash2(byte[] content) {
    return JsonObject.builder()
        .put("algorithm", "SHA2_256")
        .put("digest", BASE64.encodeToString(SigstoreCa.sha256(content)))
        .build();
  }

  /** {@code form} is "x509Certificate" or "publicKey". */
  private static JsonObject signature2(byte[] signature, String form, byte[] verifier) {
    return JsonObject.builder()
        .put("content", BASE64.encodeToString(signature))
        .put(
            "verifier",
            JsonObject.builder()
                .put("keyDetails", "PKIX_ECDSA_P256_SHA_256")
                .put(
                    form,
                    JsonObject.builder().put("rawBytes", BASE64.encodeToString(verifier)).build())
                .build())
        .build();
  }

  /** As {@link #hashedRekord}, of version 0.0.2; {@code verifier} is DER. */
  public static byte[] hashedRekord2(
      byte[] content, byte[] signature, String form, byte[] verifier) {
    return body2(
        "hashedrekord",
        "hashedRekordV002",
        JsonObject.builder()
            .put("data", hash2(content))
            .put("signature", signature2(signature, form, verifier))
            .build());
  }

  /** As {@link #dsse}, of version 0.0.2; {@code certificate} is DER. */
  public static byte[] dsse2(byte[] payload, byte[] signature, byte[] certificate) {
    return body2(
        "dsse",
        "dsseV002",
        JsonObject.builder()
            .put("payloadHash", hash2(payload))
            .put("signatures", JsonArray.of(signature2(signature, "x509Certificate", certificate)))
            .build());
  }

  private static byte[] body(String kind, JsonObject spec) {
    return Json.canonical(
        JsonObject.builder()
            .put("apiVersion", "0.0.1")
            .put("kind", kind)
            .put("spec", spec)
            .build());
  }

  private static JsonObject hash(byte[] content) {
    return JsonObject.builder()
        .put("algorithm", "sha256")
        .put("value", HexFormat.of().formatHex(SigstoreCa.sha256(content)))
        .build();
  }

  private static String text64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
