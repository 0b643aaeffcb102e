package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An entry of a transparency log as a bundle carries it (protobuf-specs "TransparencyLogEntry"),
 * unverified. {@code promise} is empty when there is none.
 */
record LogEntry(
    byte[] logId,
    long index,
    long integratedSeconds,
    byte[] promise,
    Optional<InclusionProof> proof,
    byte[] body) {
  static final int MAX_BODY = 256 << 10;
  private static final int MAX_PATH = 64;

  /** Where the entry stands in the tree of a checkpoint; this index is the tree's own. */
  record InclusionProof(long index, long size, byte[] root, List<byte[]> path, String checkpoint) {}

  /** As in a bundle. */
  static Outcome<LogEntry> read(JsonObject json) {
    try {
      var proof = json.object("inclusionProof");
      return Outcome.granted(
          new LogEntry(
              base64(json.object("logId").orElse(NONE), "keyId"),
              number(json, "logIndex"),
              json.get("integratedTime").isPresent() ? number(json, "integratedTime") : 0,
              json.object("inclusionPromise").isPresent()
                  ? base64(json.object("inclusionPromise").get(), "signedEntryTimestamp")
                  : new byte[0],
              proof.isPresent() ? Optional.of(proof(proof.get())) : Optional.empty(),
              body(base64(json, "canonicalizedBody"))));
    } catch (IllegalArgumentException e) {
      return bad("an entry of a transparency log", String.valueOf(e.getMessage()));
    }
  }

  /** As in cosign's annotation {@code dev.sigstore.cosign/bundle}. */
  static Outcome<LogEntry> readAnnotation(JsonObject json) {
    try {
      var payload = json.object("Payload").orElse(NONE);
      return Outcome.granted(
          new LogEntry(
              HexFormat.of().parseHex(payload.string("logID").orElse("")),
              number(payload, "logIndex"),
              number(payload, "integratedTime"),
              base64(json, "SignedEntryTimestamp"),
              Optional.empty(),
              body(base64(payload, "body"))));
    } catch (IllegalArgumentException e) {
      return bad("a log entry in an annotation", String.valueOf(e.getMessage()));
    }
  }

  private static final JsonObject NONE = JsonObject.builder().build();

  private static InclusionProof proof(JsonObject json) {
    var path = new ArrayList<byte[]>();
    for (JsonValue item : json.array("hashes").orElse(List.of())) {
      if (!(item instanceof JsonString(String text)) || path.size() == MAX_PATH)
        throw new IllegalArgumentException("a path that is none");
      path.add(Base64.getDecoder().decode(text));
    }
    return new InclusionProof(
        json.get("logIndex").isPresent() ? number(json, "logIndex") : 0,
        number(json, "treeSize"),
        base64(json, "rootHash"),
        List.copyOf(path),
        json.object("checkpoint").flatMap(c -> c.string("envelope")).orElse(""));
  }

  /** What the promise is over: the canonical JSON of these four members. */
  byte[] promised() {
    return Json.canonical(
        JsonObject.builder()
            .put("body", Base64.getEncoder().encodeToString(body))
            .put("integratedTime", integratedSeconds)
            .put("logID", HexFormat.of().formatHex(logId))
            .put("logIndex", index)
            .build());
  }

  private static byte[] body(byte[] bytes) {
    if (bytes.length > MAX_BODY) throw new IllegalArgumentException("a body of " + bytes.length);
    return bytes;
  }

  /** Protobuf's JSON writes 64-bit numbers as texts; both forms are read. */
  private static long number(JsonObject json, String name) {
    long value =
        switch (json.get(name).orElse(new JsonString(""))) {
          case JsonNumber n -> n.toLong().orElse(-1L);
          case JsonString(String text) when text.matches("[0-9]{1,18}") -> Long.parseLong(text);
          default -> -1L;
        };
    if (value < 0) throw new IllegalArgumentException("no number as " + name);
    return value;
  }

  private static byte[] base64(JsonObject json, String name) {
    var text = json.string(name);
    if (text.isEmpty()) throw new IllegalArgumentException("no " + name);
    return Base64.getDecoder().decode(text.get());
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return SignCode.LOG.refused(
        "entry of the transparency log", expected, found, "sign again, with the log's answer");
  }
}
