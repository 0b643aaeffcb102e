package dev.theca.forge;

import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole sigstore for tests: CA, certificate log, transparency logs of both versions, time-stamp
 * authority, their trusted root, and signers that make bundles. Never for real signers.
 */
public final class SigstoreWorld {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private final Instant from;
  private final SigstoreCa ca;
  private final TransparencyLog log = new TransparencyLog("log.forged.invalid - 1");
  private final TransparencyLog second = TransparencyLog.second("log2.forged.invalid");
  private final TimeStampAuthority stamps;

  public SigstoreWorld(Instant from) {
    this.from = from;
    ca = new SigstoreCa("forged signing CA", from, from.plus(Duration.ofDays(3650)));
    stamps = new TimeStampAuthority("forged time-stamps", from, from.plus(Duration.ofDays(3650)));
    for (int i = 0; i < 5; i++) second.append(new byte[] {(byte) i});
    for (int i = 0; i < 5; i++) log.append(("{\"entry\":" + i + "}").getBytes(UTF_8)); // neighbours
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  public SigstoreCa ca() {
    return ca;
  }

  public TransparencyLog log() {
    return log;
  }

  /** The log of version 2, which promises nothing. */
  public TransparencyLog second() {
    return second;
  }

  public TimeStampAuthority stamps() {
    return stamps;
  }

  private JsonObject authority(String uri, List<byte[]> chain) {
    var certificates =
        new JsonArray(
            chain.stream()
                .<JsonValue>map(
                    der -> JsonObject.builder().put("rawBytes", BASE64.encodeToString(der)).build())
                .toList());
    return JsonObject.builder()
        .put("uri", uri)
        .put("certChain", JsonObject.builder().put("certificates", certificates).build())
        .put("validFor", validity())
        .build();
  }

  /** {@code trusted_root.json} of this world. */
  public byte[] trustedRoot() {
    return Json.write(
        JsonObject.builder()
            .put("mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1")
            .put(
                "tlogs",
                JsonArray.of(
                    log("https://log.forged.invalid", log.key()),
                    log("https://log2.forged.invalid", second.key())))
            .put(
                "certificateAuthorities",
                JsonArray.of(authority("https://ca.forged.invalid", ca.chain())))
            .put(
                "timestampAuthorities",
                JsonArray.of(authority("https://time.forged.invalid", stamps.chain())))
            .put("ctlogs", JsonArray.of(log("https://ct.forged.invalid", ca.logKey())))
            .build());
  }

  private JsonObject validity() {
    return JsonObject.builder().put("start", from.toString()).build();
  }

  private JsonObject log(String uri, PublicKey key) {
    byte[] spki = key.getEncoded();
    return JsonObject.builder()
        .put("baseUrl", uri)
        .put("hashAlgorithm", "SHA2_256")
        .put(
            "publicKey",
            JsonObject.builder()
                .put("rawBytes", BASE64.encodeToString(spki))
                .put("keyDetails", "PKIX_ECDSA_P256_SHA_256")
                .put("validFor", validity())
                .build())
        .put(
            "logId",
            JsonObject.builder()
                .put("keyId", BASE64.encodeToString(SigstoreCa.sha256(spki)))
                .build())
        .build();
  }

  public static String pem(byte[] certificate) {
    return Pem.write("CERTIFICATE", certificate);
  }

  /** A key with its certificate. */
  public record Holder(KeyPair key, byte[] certificate) {}

  /** A bundle of version 0.3 with an envelope, entered in the log at {@code at}. */
  public JsonObject bundle(Holder by, String payloadType, byte[] payload, Instant at) {
    byte[] signature = Signer.der(by.key(), preAuthentication(payloadType, payload));
    int index = log.append(RekorBody.dsse(payload, signature, pem(by.certificate())));
    return bundle(by, payloadType, payload, signature, log.entry(index, at, "dsse", "0.0.1"));
  }

  /** A bundle with an envelope in the log of version 2, stamped at these moments. */
  public JsonObject stampedBundle(Holder by, String payloadType, byte[] payload, Instant... at) {
    byte[] signature = Signer.der(by.key(), preAuthentication(payloadType, payload));
    int index = second.append(RekorBody.dsse2(payload, signature, by.certificate()));
    var answers = Stream.of(at).map(moment -> stamps.stamp(signature, moment, false)).toList();
    return stamped(
        bundle(by, payloadType, payload, signature, second.entry(index, "dsse")), answers);
  }

  /** The bundle with these answers of time-stamp authorities. */
  public static JsonObject stamped(JsonObject bundle, List<byte[]> answers) {
    var material =
        new LinkedHashMap<>(bundle.object("verificationMaterial").orElseThrow().members());
    material.put(
        "timestampVerificationData",
        JsonObject.builder()
            .put(
                "rfc3161Timestamps",
                new JsonArray(
                    answers.stream()
                        .<JsonValue>map(
                            der ->
                                JsonObject.builder()
                                    .put("signedTimestamp", BASE64.encodeToString(der))
                                    .build())
                        .toList()))
            .build());
    var whole = new LinkedHashMap<>(bundle.members());
    whole.put("verificationMaterial", new JsonObject(material));
    return new JsonObject(whole);
  }

  /** A bundle of any parts, right or wrong. */
  public static JsonObject bundle(
      Holder by, String payloadType, byte[] payload, byte[] signature, JsonObject entry) {
    var envelope =
        JsonObject.builder()
            .put("payload", BASE64.encodeToString(payload))
            .put("payloadType", payloadType)
            .put(
                "signatures",
                JsonArray.of(
                    JsonObject.builder().put("sig", BASE64.encodeToString(signature)).build()))
            .build();
    return JsonObject.builder()
        .put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json")
        .put("verificationMaterial", material(by, entry))
        .put("dsseEnvelope", envelope)
        .build();
  }

  /** A bundle of version 0.3 with a signature over a message, entered in the log. */
  public JsonObject messageBundle(Holder by, byte[] message, Instant at) {
    byte[] signature = Signer.der(by.key(), message);
    int index = log.append(RekorBody.hashedRekord(message, signature, pem(by.certificate())));
    var digest =
        JsonObject.builder()
            .put("algorithm", "SHA2_256")
            .put("digest", BASE64.encodeToString(SigstoreCa.sha256(message)))
            .build();
    return JsonObject.builder()
        .put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json")
        .put("verificationMaterial", material(by, log.entry(index, at, "hashedrekord", "0.0.1")))
        .put(
            "messageSignature",
            JsonObject.builder()
                .put("messageDigest", digest)
                .put("signature", BASE64.encodeToString(signature))
                .build())
        .build();
  }

  private static JsonObject material(Holder by, JsonObject entry) {
    return JsonObject.builder()
        .put(
            "certificate",
            JsonObject.builder().put("rawBytes", BASE64.encodeToString(by.certificate())).build())
        .put("tlogEntries", JsonArray.of(entry))
        .build();
  }

  /** What an envelope's signature is over (DSSE, PAE). */
  public static byte[] preAuthentication(String type, byte[] payload) {
    var out = new ByteArrayOutputStream();
    byte[] name = type.getBytes(UTF_8);
    out.writeBytes(("DSSEv1 " + name.length + " ").getBytes(UTF_8));
    out.writeBytes(name);
    out.writeBytes((" " + payload.length + " ").getBytes(UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** A signature of a P-256 key, DER. */
  public static byte[] sign(KeyPair key, byte[] message) {
    return Signer.der(key, message);
  }
}
