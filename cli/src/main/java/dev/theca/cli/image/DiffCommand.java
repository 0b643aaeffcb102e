package dev.theca.cli.image;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Connection;
import dev.theca.image.Descriptor;
import dev.theca.image.ImageConfig;
import dev.theca.image.ImageReader;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.remote.ResolvedImage;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.Unpacker;
import dev.theca.interop.Zstd;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca image diff}: what differs between two images, down to each file. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Compares two images: layers, configuration, then every file.",
      "Files are compared by type, mode, owner, size, time, attributes and a hash of its content. Nothing is written to disk.",
      "Exit code 0 means equal, 1 different.",
      "",
      "Examples:",
      "  theca image diff registry.example/app:1 registry.example/app:2",
      "  theca image diff --decryption-key team.pem oci:plain:1 registry.example/app:1"
    })
final class DiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;
  private static final int MAX_CONFIG_BYTES = 8 << 20;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private PlatformOptions platform = new PlatformOptions();
  @Mixin private DecryptionOptions keys = new DecryptionOptions();
  @Mixin private KeyFolderOption keyFolder = new KeyFolderOption();

  @Parameters(index = "0", paramLabel = "A", description = "an image")
  private String before = "";

  @Parameters(index = "1", paramLabel = "B", description = "another image")
  private String after = "";

  private record Side(ImageReader reader, ResolvedImage image, JsonObject config) {
    List<String> layers() {
      return image.manifest().layers().stream().map(l -> l.digest().toString()).toList();
    }
  }

  private record Result(
      List<String> onlyBefore,
      List<String> onlyAfter,
      List<JsonObject> config,
      List<TreeDifference.Change> files) {
    boolean equal() {
      return onlyBefore.isEmpty() && onlyAfter.isEmpty() && config.isEmpty() && files.isEmpty();
    }
  }

  @Override
  public Integer call() {
    return output.run(this::diff);
  }

  private int diff(Outlet outlet) {
    try (var session = registries.open(outlet);
        var one = Place.of(before).reader(session.registries());
        var other = Place.of(after).reader(session.registries())) {
      var a = side(one);
      var b = side(other);
      boolean sameTree = a.layers().equals(b.layers());
      var files =
          sameTree
              ? List.<TreeDifference.Change>of()
              : TreeDifference.of(tree(a, outlet), tree(b, outlet));
      var result =
          new Result(
              without(a.layers(), b.layers()),
              without(b.layers(), a.layers()),
              configuration(a.config(), b.config()),
              files);
      int unused = outlet.say(json(result), text(result));
      return result.equal() && sameTree ? 0 : DIFFERENT;
    }
  }

  private Side side(ImageReader reader) {
    var image = ManifestResolver.resolve(reader, platform.one()).orThrow();
    var config =
        reader
            .small(image.manifest().config(), MAX_CONFIG_BYTES)
            .then(bytes -> Json.object(bytes))
            .orThrow();
    return new Side(reader, image, config);
  }

  private TreeNode tree(Side side, Outlet outlet) {
    var descriptors = side.image().manifest().layers();
    var sink = new OutlineSink();
    var unused =
        ImageConfig.parse(Json.write(side.config()))
            .then(config -> Layer.of(side.reader(), descriptors, config.diffIds()))
            .then(
                layers ->
                    opener(descriptors)
                        .then(
                            opener ->
                                new Unpacker(opener, new Zstd(), Limits.DEFAULT, outlet.progress())
                                    .unpack(layers, sink)))
            .orThrow();
    return sink.tree();
  }

  private Outcome<LayerOpener> opener(List<Descriptor> layers) {
    return layers.stream().anyMatch(Descriptor::encrypted)
        ? keys.opener(keyFolder.folder())
        : Outcome.granted(Unpacker.NO_KEYS);
  }

  private static List<String> without(List<String> all, List<String> others) {
    return all.stream().filter(one -> !others.contains(one)).toList();
  }

  /** Members of the document and of its inner {@code config}; history and layers apart. */
  private static List<JsonObject> configuration(JsonObject a, JsonObject b) {
    var found = new ArrayList<JsonObject>();
    members("", a, b, found);
    var none = JsonObject.builder().build();
    members("config.", a.object("config").orElse(none), b.object("config").orElse(none), found);
    return found;
  }

  private static void members(String prefix, JsonObject a, JsonObject b, List<JsonObject> found) {
    var names = new TreeSet<>(a.members().keySet());
    names.addAll(b.members().keySet());
    if (prefix.isEmpty()) names.removeAll(List.of("config", "rootfs", "history"));
    for (String name : names) {
      var left = a.members().get(name);
      var right = b.members().get(name);
      if (left != null && left.equals(right)) continue;
      var member = JsonObject.builder().put("member", prefix + name);
      if (left != null) member.put("before", left);
      if (right != null) member.put("after", right);
      found.add(member.build());
    }
  }

  private static JsonObject json(Result result) {
    return JsonObject.builder()
        .put("equal", result.equal())
        .put(
            "layers",
            JsonObject.builder()
                .put("removed", (JsonValue) JsonArray.strings(result.onlyBefore()))
                .put("added", (JsonValue) JsonArray.strings(result.onlyAfter()))
                .build())
        .put("config", new JsonArray(List.copyOf(result.config())))
        .put(
            "files",
            new JsonArray(
                result.files().stream().<JsonValue>map(TreeDifference.Change::json).toList()))
        .build();
  }

  private static String text(Result result) {
    var lines = new ArrayList<String>();
    for (String layer : result.onlyBefore()) lines.add("- layer " + layer);
    for (String layer : result.onlyAfter()) lines.add("+ layer " + layer);
    for (JsonObject member : result.config())
      lines.add("~ " + member.string("member").orElse("") + "  " + side(member.members()));
    for (var change : result.files()) lines.add(change.text());
    var text = new StringBuilder();
    for (String line : lines) text.append(RefusalText.plain(line)).append('\n');
    return lines.isEmpty() ? "equal\n" : text.toString();
  }

  private static String side(Map<String, JsonValue> member) {
    var before = member.get("before");
    var after = member.get("after");
    return (before == null ? "none" : Json.text(before))
        + " -> "
        + (after == null ? "none" : Json.text(after));
  }
}
