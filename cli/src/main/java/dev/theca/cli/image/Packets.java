package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.KeyPacket;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Who can open a layer, as far as its key packets say so in the open. */
final class Packets {
  private Packets() {}

  /** One line for each packet. */
  static Outcome<List<String>> lines(Descriptor layer) {
    return KeyPacket.of(layer.annotations())
        .map(packets -> packets.stream().map(p -> p + "  " + hint(p)).toList());
  }

  static Outcome<JsonArray> json(Descriptor layer) {
    return KeyPacket.of(layer.annotations())
        .map(
            packets -> {
              var items = new ArrayList<JsonValue>();
              for (KeyPacket packet : packets)
                items.add(
                    JsonObject.builder()
                        .put("packet", packet.toString())
                        .put("recipient", hint(packet))
                        .build());
              return new JsonArray(items);
            });
  }

  /** What a packet says about its recipient; most kinds name nobody. */
  private static String hint(KeyPacket packet) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(packet.base64());
    } catch (IllegalArgumentException e) {
      return "not base64";
    }
    if (!(Json.object(bytes) instanceof Outcome.Granted<JsonObject>(var json)))
      return bytes.length + " bytes";
    return json.string("kid").map(kid -> "key " + kid).orElseGet(() -> algorithms(json));
  }

  /** JWE, flattened or general (RFC 7516 section 7.2). */
  private static String algorithms(JsonObject jwe) {
    var found = new ArrayList<String>();
    jwe.object("header").flatMap(h -> h.string("alg")).ifPresent(found::add);
    for (JsonValue one : jwe.array("recipients").orElse(List.of()))
      if (one instanceof JsonObject recipient)
        recipient.object("header").flatMap(h -> h.string("alg")).ifPresent(found::add);
    return found.isEmpty() ? "an unnamed key" : "an unnamed key, " + String.join(", ", found);
  }
}
