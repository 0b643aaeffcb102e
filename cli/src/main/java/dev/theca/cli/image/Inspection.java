package dev.theca.cli.image;

import dev.theca.broker.RefusalText;
import dev.theca.image.Descriptor;
import dev.theca.image.Index;
import dev.theca.image.remote.ResolvedImage;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** An image as {@code inspect} shows it. */
final class Inspection {
  private final Place place;
  private final ResolvedImage image;
  private final JsonObject config;
  private final List<JsonObject> platforms;
  private final List<JsonObject> layers;
  private final Signatures.Found found;

  private Inspection(
      Place place,
      ResolvedImage image,
      JsonObject config,
      List<JsonObject> platforms,
      List<JsonObject> layers,
      Signatures.Found found) {
    this.place = place;
    this.image = image;
    this.config = config;
    this.platforms = platforms;
    this.layers = layers;
    this.found = found;
  }

  static Outcome<Inspection> of(
      Place place, ResolvedImage image, JsonObject config, Signatures.Found found) {
    return platforms(image)
        .then(
            platforms ->
                layers(image, config)
                    .map(layers -> new Inspection(place, image, config, platforms, layers, found)));
  }

  private static Outcome<List<JsonObject>> platforms(ResolvedImage image) {
    if (!image.root().isIndex()) return Outcome.granted(List.of());
    return Index.parse(image.root())
        .map(index -> index.manifests().stream().map(Inspection::platform).toList());
  }

  private static JsonObject platform(Descriptor entry) {
    return JsonObject.builder()
        .put("platform", entry.platform().map(Object::toString).orElse(""))
        .put("digest", entry.digest().toString())
        .put("mediaType", entry.mediaType())
        .put("size", entry.size())
        .build();
  }

  private static Outcome<List<JsonObject>> layers(ResolvedImage image, JsonObject config) {
    var diffIds = config.object("rootfs").flatMap(r -> r.strings("diff_ids")).orElse(List.of());
    var all = new ArrayList<JsonObject>();
    for (Descriptor layer : image.manifest().layers()) {
      var packets = Packets.json(layer);
      if (packets instanceof Outcome.Refused<JsonArray> no) return no.as();
      var shown =
          JsonObject.builder()
              .put("digest", layer.digest().toString())
              .put("mediaType", layer.mediaType())
              .put("size", layer.size())
              .put("encrypted", layer.encrypted());
      if (all.size() < diffIds.size()) shown.put("diffId", diffIds.get(all.size()));
      if (layer.encrypted()) shown.put("recipients", packets.orThrow());
      all.add(shown.build());
    }
    return Outcome.granted(all);
  }

  JsonObject json() {
    return JsonObject.builder()
        .put("name", place.toString())
        .put("digest", image.root().digest().toString())
        .put("mediaType", image.root().mediaType())
        .put("platforms", new JsonArray(List.copyOf(platforms)))
        .put(
            "image",
            JsonObject.builder()
                .put("digest", image.manifest().digest().toString())
                .put("mediaType", image.manifest().mediaType())
                .put("config", image.manifest().config().json())
                .put("layers", new JsonArray(List.copyOf(layers)))
                .build())
        .put("config", config)
        .put("signatures", found.signatures())
        .put("referrers", found.referrers())
        .build();
  }

  String text() {
    var text = new StringBuilder();
    line(text, "name", place.toString());
    line(text, "digest", image.root().digest() + "  " + image.root().mediaType());
    for (JsonObject one : platforms)
      line(text, "platform", word(one, "platform") + "  " + word(one, "digest"));
    if (image.root().isIndex()) line(text, "image", image.manifest().digest().toString());
    line(text, "config", image.manifest().config().digest().toString());
    for (String name : List.of("created", "architecture", "os"))
      config.string(name).ifPresent(value -> line(text, name, value));
    config.object("config").ifPresent(settings -> settings(text, settings));
    long size = 0;
    for (int i = 0; i < layers.size(); i++) {
      layer(text, i, layers.get(i));
      size += layers.get(i).integer("size").orElse(0L);
    }
    line(
        text,
        "in all",
        Bytes.of(size) + (layers.size() == 1 ? " in 1 layer" : " in " + layers.size() + " layers"));
    each(text, "signature", found.signatures(), "place", "name");
    each(text, "referrer", found.referrers(), "digest", "type");
    if (found.signatures().items().isEmpty() && found.referrers().items().isEmpty())
      line(text, "signature", "none found here");
    return text.toString();
  }

  private static void layer(StringBuilder text, int index, JsonObject layer) {
    line(
        text,
        "layer " + index,
        word(layer, "digest")
            + "  "
            + Bytes.of(layer.integer("size").orElse(0L))
            + "  "
            + word(layer, "mediaType"));
    for (JsonValue item : layer.array("recipients").orElse(List.of()))
      if (item instanceof JsonObject packet)
        line(text, "", "opens: " + word(packet, "packet") + "  " + word(packet, "recipient"));
  }

  private static void settings(StringBuilder text, JsonObject settings) {
    for (String name :
        List.of(
            "User", "WorkingDir", "Entrypoint", "Cmd", "Env", "ExposedPorts", "Volumes", "Labels"))
      settings
          .get(name)
          .ifPresent(
              value -> line(text, name, value instanceof JsonString(var t) ? t : Json.text(value)));
  }

  private static void each(StringBuilder text, String what, JsonArray items, String... members) {
    for (JsonValue item : items.items())
      if (item instanceof JsonObject one) {
        var words = new ArrayList<String>();
        for (String member : members) words.add(word(one, member));
        line(text, what, String.join("  ", words) + "  (not verified)");
      }
  }

  private static String word(JsonObject object, String member) {
    return object.string(member).orElse("");
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(RefusalText.plain((name + " ".repeat(14)).substring(0, 14) + value)).append('\n');
  }
}
