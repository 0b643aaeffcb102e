package dev.theca.image.sign;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Reads sigstore bundles, versions 0.1 to 0.3 (protobuf-specs "Bundle"), without judging them. */
final class SigstoreBundle {
  static final String V0_3 = "application/vnd.dev.sigstore.bundle.v0.3+json";
  static final int MAX_BYTES = 256 << 10;
  private static final int MAX_ENTRIES = 8;
  private static final int MAX_STAMPS = 8;
  private static final List<String> OLDER =
      List.of(
          "application/vnd.dev.sigstore.bundle+json;version=0.1",
          "application/vnd.dev.sigstore.bundle+json;version=0.2",
          "application/vnd.dev.sigstore.bundle+json;version=0.3");

  private SigstoreBundle() {}

  static boolean isType(String mediaType) {
    return mediaType.equals(V0_3) || OLDER.contains(mediaType);
  }

  static Outcome<SigstoreCandidate> parse(String place, byte[] json) {
    return Json.object(json, Limits.DEFAULT.withBytes(MAX_BYTES)).then(read -> read(place, read));
  }

  private static Outcome<SigstoreCandidate> read(String place, JsonObject json) {
    String type = json.string("mediaType").orElse("");
    if (!isType(type)) return bad(place, "a bundle of version 0.1 to 0.3", SignCode.shown(type));
    try {
      var material = json.object("verificationMaterial").orElse(NONE);
      var entries = new ArrayList<LogEntry>();
      for (JsonValue item : material.array("tlogEntries").orElse(List.of())) {
        var entry = item instanceof JsonObject o ? LogEntry.read(o) : LogEntry.read(NONE);
        if (entry instanceof Outcome.Refused<LogEntry> no) return no.as();
        entries.add(entry.orThrow());
      }
      if (entries.size() > MAX_ENTRIES) return bad(place, "fewer log entries", "too many");
      return Outcome.granted(
          new SigstoreCandidate(
              place,
              content(json),
              certificates(material),
              entries,
              !type.equals(OLDER.getFirst()),
              stamps(material)));
    } catch (IllegalArgumentException e) {
      return bad(place, "a sigstore bundle", String.valueOf(e.getMessage()));
    }
  }

  private static final JsonObject NONE = JsonObject.builder().build();

  private static SignedContent content(JsonObject json) {
    var message = json.object("messageSignature");
    var envelope = json.object("dsseEnvelope");
    if (message.isPresent() == envelope.isPresent())
      throw new IllegalArgumentException("not one of messageSignature and dsseEnvelope");
    if (envelope.isPresent()) {
      var signatures = envelope.get().array("signatures").orElse(List.of());
      if (signatures.size() != 1 || !(signatures.getFirst() instanceof JsonObject only))
        throw new IllegalArgumentException(signatures.size() + " signatures in the envelope");
      return new SignedContent.Envelope(
          envelope.get().string("payloadType").orElse(""),
          base64(envelope.get(), "payload"),
          base64(only, "sig"));
    }
    var digest = message.get().object("messageDigest").orElse(NONE);
    byte[] bytes = base64(digest, "digest");
    if (!digest.string("algorithm").orElse("").equals("SHA2_256") || bytes.length != 32)
      throw new IllegalArgumentException("a message digest other than SHA2_256");
    return new SignedContent.Message(
        new Digest("sha256", HexFormat.of().formatHex(bytes)), base64(message.get(), "signature"));
  }

  /** The leaf first; what follows it in old bundles is only a hint for the path. */
  private static List<byte[]> certificates(JsonObject material) {
    var one = material.object("certificate");
    if (one.isPresent()) return List.of(base64(one.get(), "rawBytes"));
    var chain = material.object("x509CertificateChain");
    var list = new ArrayList<byte[]>();
    for (JsonValue item : chain.flatMap(c -> c.array("certificates")).orElse(List.of())) {
      if (!(item instanceof JsonObject entry))
        throw new IllegalArgumentException("a certificate that is none");
      list.add(base64(entry, "rawBytes"));
    }
    if (chain.isPresent() && list.isEmpty())
      throw new IllegalArgumentException("an empty chain of certificates");
    return list;
  }

  private static List<byte[]> stamps(JsonObject material) {
    var list = new ArrayList<byte[]>();
    var data = material.object("timestampVerificationData").orElse(NONE);
    for (JsonValue item : data.array("rfc3161Timestamps").orElse(List.of())) {
      if (!(item instanceof JsonObject entry) || list.size() == MAX_STAMPS)
        throw new IllegalArgumentException("a timestamp that is none, or too many");
      list.add(base64(entry, "signedTimestamp"));
    }
    return list;
  }

  private static byte[] base64(JsonObject json, String name) {
    var text = json.string(name);
    if (text.isEmpty()) throw new IllegalArgumentException("no " + name);
    return Base64.getDecoder().decode(text.get());
  }

  private static <T> Outcome<T> bad(String place, String expected, String found) {
    return SignCode.SIGNATURE.refused(place, expected, found, "sign the image again");
  }
}
