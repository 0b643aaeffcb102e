package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One wrapped key of a layer: the {@code index}-th item of an annotation's comma-separated list.
 * Its bytes are what a registry sent; nothing about them was checked but their number.
 */
public record KeyPacket(String annotation, int index, String base64) {
  /** Each try may cost a private key operation, so a registry may not ask for many. */
  static final int MAX_PACKETS = 64;

  private static final int MAX_PACKET_CHARS = 64 << 10;

  /** All packets of a layer, annotations in alphabetical order. */
  public static Outcome<List<KeyPacket>> of(Map<String, String> annotations) {
    var packets = new ArrayList<KeyPacket>();
    for (var entry : new TreeMap<>(annotations).entrySet()) {
      if (!entry.getKey().startsWith(Annotations.KEYS) || entry.getValue().isEmpty()) continue;
      int index = 0;
      for (int from = 0; from <= entry.getValue().length(); index++) {
        int comma = entry.getValue().indexOf(',', from);
        int to = comma < 0 ? entry.getValue().length() : comma;
        if (packets.size() == MAX_PACKETS) return tooMuch("at most " + MAX_PACKETS, "more");
        if (to - from > MAX_PACKET_CHARS)
          return tooMuch("of at most " + MAX_PACKET_CHARS + " characters", (to - from) + "");
        packets.add(new KeyPacket(entry.getKey(), index, entry.getValue().substring(from, to)));
        from = to + 1;
      }
    }
    return Outcome.granted(List.copyOf(packets));
  }

  private static <T> Outcome<T> tooMuch(String expected, String found) {
    return CryptCode.PACKET.refuse(
        "key packets of the layer", expected, found, "seal the image again for fewer recipients");
  }

  Outcome<byte[]> bytes() {
    return StrictBase64.decode(base64)
        .filter(bytes -> bytes.length > 0)
        .map(Outcome::granted)
        .orElseGet(
            () ->
                CryptCode.PACKET.refuse(
                    "key packet " + this, "base64", "other text", "seal the image again"));
  }

  @Override
  public String toString() {
    return annotation.substring(Annotations.KEYS.length()) + "[" + index + "]";
  }
}
