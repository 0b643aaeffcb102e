package dev.theca.broker.reference;

import dev.theca.evidence.Corim;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reference triples of a CoRIM, under the names of kbs-protocol.md, section 13.1. Triples of
 * one name are alternatives (draft-ietf-rats-corim, section 5.1.5): their values stand in one list.
 */
final class CorimExtractor {
  private CorimExtractor() {}

  static Outcome<Extracted> extract(byte[] payload) {
    return Corim.parse(payload).then(CorimExtractor::of);
  }

  static Outcome<Extracted> of(Corim corim) {
    var values = new TreeMap<String, List<JsonValue>>();
    for (Corim.Comid comid : corim.comids())
      for (Corim.ReferenceValue value : comid.referenceValues()) {
        if (value.path().isEmpty())
          return ReferenceCode.PAYLOAD.refuse(
              "reference triple of the CoRIM",
              "a vendor, model, key, name or serial",
              "without any",
              "name the environment in the CoRIM");
        for (String digest : value.digests())
          add(values, value.path() + "/digests", digest.substring(digest.indexOf(':') + 1));
        if (value.raw().isPresent())
          add(values, value.path() + "/raw_bytes", HexFormat.of().formatHex(value.raw().get()));
      }
    var out = new TreeMap<String, JsonValue>();
    for (Map.Entry<String, List<JsonValue>> entry : values.entrySet())
      out.put(entry.getKey(), new JsonArray(entry.getValue()));
    return Outcome.granted(new Extracted(out, corim.notBefore(), corim.notAfter()));
  }

  private static void add(Map<String, List<JsonValue>> values, String name, String hex) {
    var list = values.computeIfAbsent(name, n -> new ArrayList<>());
    if (!list.contains(new JsonString(hex))) list.add(new JsonString(hex));
  }
}
