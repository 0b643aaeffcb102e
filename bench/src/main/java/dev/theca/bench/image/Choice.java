package dev.theca.bench.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is measured: words {@code name=value,value} of {@code BENCH_OPTIONS}, all of it by default.
 *
 * @param megabytes plain bytes of an image, all layers together, in millions
 */
record Choice(
    int megabytes,
    List<Integer> layers,
    List<String> compressions,
    List<String> crypts,
    List<String> parts,
    String registry) {
  private static final Map<String, String> ALL =
      Map.of(
          "megabytes", "400",
          "layers", "1,8",
          "compression", "gzip,zstd",
          "crypt", "encrypted,plain",
          "parts", "unpack,volume,seal,blob,pipe",
          "registry", "ours");

  /** For example {@code megabytes=40 layers=8 compression=gzip crypt=plain parts=unpack}. */
  static Choice parse(String words) {
    var said = new HashMap<>(ALL);
    for (String word : words.strip().split("\\s+")) {
      if (word.isEmpty()) continue;
      int equals = word.indexOf('=');
      if (equals < 0 || said.replace(word.substring(0, equals), word.substring(equals + 1)) == null)
        throw new IllegalArgumentException(
            word + ": options are name=value with names of " + ALL.keySet());
    }
    return new Choice(
        Integer.parseInt(said.get("megabytes")),
        list(said, "layers").stream().map(Integer::valueOf).toList(),
        list(said, "compression"),
        list(said, "crypt"),
        list(said, "parts"),
        Optional.ofNullable(said.get("registry")).orElseThrow());
  }

  private static List<String> list(Map<String, String> said, String name) {
    return List.of(Optional.ofNullable(said.get(name)).orElseThrow().split(","));
  }

  boolean has(String part) {
    return parts.contains(part);
  }

  /** One kind of image. */
  record Kind(int layers, String compression, boolean encrypted) {
    /** Its repository. */
    String name() {
      return "bench/" + layers + "-" + compression;
    }

    @Override
    public String toString() {
      return layers
          + (layers == 1 ? " layer, " : " layers, ")
          + compression
          + (encrypted ? ", encrypted" : ", plain");
    }
  }

  List<Kind> kinds() {
    return layers.stream()
        .flatMap(
            n ->
                compressions.stream()
                    .flatMap(c -> crypts.stream().map(e -> new Kind(n, c, e.equals("encrypted")))))
        .toList();
  }
}
