package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Changes who can open a layer without touching its bytes. Removing somebody takes no knowledge
 * away: who has the old manifest, or opened the layer before, still can; seal the image again where
 * that matters.
 */
public final class LayerRecipients {
  private LayerRecipients() {}

  /** Opens the layer's key with one of {@code own} and wraps it for {@code more}. */
  public static Outcome<Descriptor> add(Descriptor layer, List<KeyUnwrap> own, List<KeyWrap> more) {
    return PublicOptions.of(layer.annotations())
        .then(shown -> KeyOpening.open(layer, own))
        .then(
            options -> {
              try (options;
                  var json = options.json()) {
                return new LayerAnnotations(layer.annotations()).wrap(json, more);
              }
            })
        .map(annotations -> layer.with(layer.mediaType(), annotations));
  }

  /** Drops packets; refused when one of them is not there or none would be left. */
  public static Outcome<Descriptor> remove(Descriptor layer, List<KeyPacket> gone) {
    return KeyPacket.of(layer.annotations())
        .then(
            packets -> {
              if (!packets.containsAll(gone))
                return refused("packets that the layer has", "another among those to drop");
              var kept = packets.stream().filter(packet -> !gone.contains(packet)).toList();
              return kept.isEmpty()
                  ? refused("one recipient left", "none")
                  : Outcome.granted(with(layer, kept));
            });
  }

  private static Descriptor with(Descriptor layer, List<KeyPacket> packets) {
    var annotations = new TreeMap<>(layer.annotations());
    annotations.keySet().removeIf(name -> name.startsWith(Annotations.KEYS));
    annotations.putAll(
        packets.stream()
            .collect(
                Collectors.groupingBy(
                    KeyPacket::annotation,
                    Collectors.mapping(KeyPacket::base64, Collectors.joining(",")))));
    return layer.with(layer.mediaType(), annotations);
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return CryptCode.RECIPIENT.refuse(
        "recipients of the layer", expected, found, "list its packets first");
  }
}
