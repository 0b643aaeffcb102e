package dev.theca.interop.crypt;

import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * ocicrypt's pkcs11 packet: {@code {"version":0,"recipients":[{"version":0,"blob":BASE64,"hash":
 * "sha1"}]}}, each blob the private options under RSA-OAEP; no hash means SHA-1.
 */
record Pkcs11Packet(List<Blob> blobs) {
  private static final int MAX_BLOBS = 32;

  record Blob(byte[] bytes, String hash) {}

  static Outcome<Pkcs11Packet> parse(byte[] packet) {
    return Json.object(packet)
        .then(
            json -> {
              var items = json.array("recipients").orElse(List.of());
              if (json.integer("version").orElse(0L) != 0 || items.size() > MAX_BLOBS)
                return bad("version 0, at most " + MAX_BLOBS + " recipients", "others");
              var blobs = new ArrayList<Blob>();
              for (JsonValue item : items) {
                var blob = blob(item);
                if (blob.isEmpty())
                  return bad("version 0, blob in base64, hash sha1 or sha256", "others");
                blobs.add(blob.get());
              }
              return Outcome.granted(new Pkcs11Packet(List.copyOf(blobs)));
            });
  }

  private static java.util.Optional<Blob> blob(JsonValue item) {
    if (!(item instanceof JsonObject json) || json.integer("version").orElse(0L) != 0)
      return java.util.Optional.empty();
    var bytes =
        json.string("blob")
            .flatMap(text -> ProviderBytes.read(new dev.theca.wire.json.JsonString(text)));
    String hash =
        switch (json.string("hash").orElse("")) {
          case "", "sha1" -> "SHA-1";
          case "sha256" -> "SHA-256";
          default -> "";
        };
    return bytes.filter(b -> b.length > 0 && !hash.isEmpty()).map(b -> new Blob(b, hash));
  }

  /** A packet for one recipient, with the hash that SoftHSM knows and Go's tools default to. */
  static byte[] write(byte[] blob) {
    var recipient =
        JsonObject.builder()
            .put("version", 0)
            .put("blob", Base64.getEncoder().encodeToString(blob))
            .put("hash", "sha1")
            .build();
    return Json.write(
        JsonObject.builder().put("version", 0).put("recipients", JsonArray.of(recipient)).build());
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.PACKET.refuse("PKCS#11 packet", expected, found, "seal the image again");
  }
}
