package dev.theca.wire.kbs;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.util.regex.Pattern;

/** Constants and rules of the KBS protocol, version 0.4.0. */
public final class Kbs {
  public static final String VERSION = "0.4.0";
  public static final String PREFIX = "/kbs/v0";
  public static final String COOKIE = "kbs-session-id";
  private static final String SEGMENT = "[a-zA-Z0-9_\\-]+[a-zA-Z0-9_\\-.]*";
  private static final Pattern RESOURCE = Pattern.compile(SEGMENT + "/" + SEGMENT + "/" + SEGMENT);
  private static final String ERRORS = "https://github.com/confidential-containers/kbs/errors/";

  private Kbs() {}

  /**
   * What primary evidence must be bound to: SHA-384 over the canonical JSON of additional evidence,
   * nonce and the TEE's public key (section "Attestation"). 48 bytes; fields that are longer are
   * padded with zeroes.
   */
  public static byte[] reportData(String nonce, JsonObject teePubkey, String additionalEvidence) {
    return reportData(nonce, teePubkey, additionalEvidence, "sha384");
  }

  /** The same with the hash that the challenge selected: sha256, sha384 or sha512. */
  public static byte[] reportData(
      String nonce, JsonObject teePubkey, String additionalEvidence, String hash) {
    var bound =
        JsonObject.builder()
            .put("additional-evidence", additionalEvidence)
            .put("nonce", nonce)
            .put("tee-pubkey", teePubkey)
            .build();
    return Digest.hasher(hash).digest(Json.canonical(bound));
  }

  /** Whether a resource path is {@code repository/type/tag} in the protocol's alphabet. */
  public static boolean isResourcePath(String path) {
    return path.length() <= 512 && RESOURCE.matcher(path).matches();
  }

  /** ErrorInformation. */
  public static JsonObject error(String variant, String detail) {
    return JsonObject.builder().put("type", ERRORS + variant).put("detail", detail).build();
  }
}
