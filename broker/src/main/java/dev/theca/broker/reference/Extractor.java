package dev.theca.broker.reference;

import dev.theca.wire.Outcome;
import java.util.Map;
import java.util.Optional;

/** Reads the payload of one type of message. Says nothing about who wrote it. */
interface Extractor {
  Map<String, Extractor> ALL =
      Map.of(
          "sample", SampleExtractor::extract,
          "swid", SwidExtractor::extract,
          "corim", CorimExtractor::extract);

  Outcome<Extracted> extract(byte[] payload);

  static Outcome<Extractor> of(String type) {
    return Optional.ofNullable(ALL.get(type))
        .map(Outcome::granted)
        .orElseGet(
            () ->
                ReferenceCode.EXTRACTOR.refuse(
                    "type of the message",
                    "sample, swid or corim",
                    "unknown: Could not find extractor for " + bare(type),
                    "send one of these types"));
  }

  private static String bare(String type) {
    String quoted = ReferenceCode.shown(type);
    return quoted.substring(1, quoted.length() - 1);
  }
}
