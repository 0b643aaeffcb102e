package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.List;

/** Tries every key on every packet of a layer until one opens. */
final class KeyOpening {
  private static final int MAX_REASONS = 32;

  private KeyOpening() {}

  static Outcome<PrivateOptions> open(Descriptor layer, List<KeyUnwrap> keys) {
    return KeyPacket.of(layer.annotations()).then(packets -> open(layer, packets, keys));
  }

  private static Outcome<PrivateOptions> open(
      Descriptor layer, List<KeyPacket> packets, List<KeyUnwrap> keys) {
    var reasons = new ArrayList<Refusal>();
    for (KeyPacket packet : packets) {
      switch (packet.bytes().then(bytes -> open(packet, bytes, keys))) {
        case Outcome.Granted<PrivateOptions> granted -> {
          return granted;
        }
        case Outcome.Refused<PrivateOptions>(var why) -> reasons.addAll(why);
      }
    }
    reasons.addFirst(
        CryptCode.NO_KEY.reason(
            "encrypted layer " + layer.digest(),
            "a key packet that one of " + keys.size() + " keys opens",
            packets.isEmpty() ? "no packet at all" : packets.size() + " packets, none opened",
            "give a key of one of its recipients, or seal it for this one"));
    return Outcome.refused(reasons.subList(0, Math.min(MAX_REASONS, reasons.size())));
  }

  private static Outcome<PrivateOptions> open(
      KeyPacket packet, byte[] bytes, List<KeyUnwrap> keys) {
    var reasons = new ArrayList<Refusal>();
    for (KeyUnwrap key : keys) {
      if (!key.reads(packet.annotation())) continue;
      switch (key.unwrap(packet.annotation(), bytes)) {
        case Outcome.Granted<Secret>(var json) -> {
          try (json) {
            switch (PrivateOptions.parse(json)) {
              case Outcome.Granted<PrivateOptions> granted -> {
                return granted;
              }
              case Outcome.Refused<PrivateOptions>(var why) -> reasons.addAll(named(packet, why));
            }
          }
        }
        case Outcome.Refused<Secret>(var why) -> reasons.addAll(named(packet, why));
      }
    }
    return reasons.isEmpty()
        ? CryptCode.PACKET.refuse(
            "key packet " + packet, "a key of its kind", "none given", "give one")
        : Outcome.refused(reasons);
  }

  private static List<Refusal> named(KeyPacket packet, List<Refusal> reasons) {
    return reasons.stream()
        .map(
            r ->
                new Refusal(
                    r.code(),
                    "key packet " + packet + ": " + r.what(),
                    r.expected(),
                    r.found(),
                    r.next()))
        .toList();
  }
}
