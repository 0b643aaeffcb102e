package dev.theca.image.crypt;

import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Annotations of a layer while key packets are added; each packet is an item of its own. */
final class LayerAnnotations {
  private final Map<String, String> all;

  LayerAnnotations(Map<String, String> start) {
    all = new TreeMap<>(start);
  }

  void put(String name, String text) {
    all.put(name, text);
  }

  Outcome<Map<String, String>> wrap(Secret privateOptions, List<KeyWrap> recipients) {
    for (KeyWrap recipient : recipients) {
      switch (recipient.wrap(privateOptions)) {
        case Outcome.Granted<byte[]>(var packet) ->
            all.merge(
                recipient.annotation(),
                StrictBase64.encode(packet),
                (old, one) -> old.isEmpty() ? one : old + "," + one);
        case Outcome.Refused<byte[]> refused -> {
          return refused.as();
        }
      }
    }
    return KeyPacket.of(all).map(counted -> Map.copyOf(all));
  }
}
