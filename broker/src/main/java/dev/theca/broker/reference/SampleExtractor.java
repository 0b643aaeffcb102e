package dev.theca.broker.reference;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.util.TreeMap;

/** An object of any JSON values by name. */
final class SampleExtractor {
  private SampleExtractor() {}

  static Outcome<Extracted> extract(byte[] payload) {
    return Json.object(payload).map(object -> new Extracted(new TreeMap<>(object.members())));
  }
}
