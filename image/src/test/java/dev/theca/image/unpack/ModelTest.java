package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.TarMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random trees, described as layers of differences, come out as they were. */
class ModelTest {
  private static final int LAYERS = 6;

  /** Path to content; null for directories. */
  private TreeMap<String, String> tree = new TreeMap<>();

  @RepeatedTest(40)
  void a_tree_that_was_taken_apart_into_layers_comes_together_again(RepetitionInfo info) {
    long seed = System.nanoTime() * 31 + info.getCurrentRepetition();
    var random = new Random(seed);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < LAYERS; i++) {
      var before = tree;
      tree = changed(before, random);
      var layer = TestLayers.gzip(difference(before, tree, random));
      layers.add(SlowBlob.until(layer, random.nextInt(4)));
    }
    var sink = new MemorySink();
    TestLayers.unpacker(Limits.DEFAULT).unpack(layers, sink).orThrow();
    var expected = new TreeMap<String, String>();
    expected.put("/", "d");
    tree.forEach((path, content) -> expected.put("/" + path, content == null ? "d" : content));
    var found = new TreeMap<String, String>();
    sink.listing()
        .forEach(
            (path, line) ->
                found.put(
                    path,
                    line.startsWith("d")
                        ? "d"
                        : line.substring(line.indexOf('\'')).replace("'", "")));
    assertThat(found).as("seed " + seed).isEqualTo(expected);
  }

  private static TreeMap<String, String> changed(TreeMap<String, String> old, Random random) {
    var tree = new TreeMap<>(old);
    for (int i = 0; i < 12; i++) {
      var paths = new ArrayList<>(tree.keySet());
      String some = paths.isEmpty() ? "" : paths.get(random.nextInt(paths.size()));
      switch (random.nextInt(5)) {
        case 0 -> remove(tree, some);
        case 1 -> { // a file where something else was
          if (some.isEmpty()) continue;
          remove(tree, some);
          tree.put(some, "c" + random.nextInt(1000));
        }
        case 2 -> {
          if (some.isEmpty() || tree.get(some) == null) continue;
          tree.put(some, null);
        }
        default -> {
          String folder = some.isEmpty() || tree.get(some) != null ? "" : some + "/";
          String name = folder + (char) ('a' + random.nextInt(8));
          if (tree.containsKey(name) || name.length() > 12) continue;
          tree.put(name, random.nextBoolean() ? null : "c" + random.nextInt(1000));
        }
      }
    }
    return tree;
  }

  private static void remove(TreeMap<String, String> tree, String path) {
    if (path.isEmpty()) return;
    tree.remove(path);
    tree.keySet().removeIf(other -> other.startsWith(path + "/"));
  }

  /** A layer in any order that brings one tree to the other. */
  private static byte[] difference(
      TreeMap<String, String> before, TreeMap<String, String> after, Random random) {
    var steps = new ArrayList<List<Runnable>>();
    var tar = new TarMaker();
    var directories = new ArrayList<Runnable>();
    var rest = new ArrayList<Runnable>();
    after.forEach(
        (path, content) -> {
          boolean same =
              before.containsKey(path) && java.util.Objects.equals(content, before.get(path));
          if (same && random.nextInt(4) > 0) return;
          if (content == null) directories.add(() -> tar.directory(path + "/"));
          else rest.add(() -> tar.file(path, content));
        });
    for (String gone : before.keySet()) {
      int slash = gone.lastIndexOf('/') + 1;
      String folder = gone.substring(0, slash);
      boolean folderStays = folder.isEmpty() || isDirectory(after, folder);
      boolean folderWas = folder.isEmpty() || before.containsKey(folder.substring(0, slash - 1));
      if (after.containsKey(gone) || !folderStays || !folderWas) continue;
      rest.add(() -> tar.whiteout(folder, gone.substring(slash)));
    }
    java.util.Collections.shuffle(rest, random);
    steps.add(directories); // a directory comes before what is in it, as all builders write it
    steps.add(rest);
    steps.forEach(list -> list.forEach(Runnable::run));
    return tar.end();
  }

  private static boolean isDirectory(TreeMap<String, String> tree, String folder) {
    String path = folder.substring(0, folder.length() - 1);
    return tree.containsKey(path) && tree.get(path) == null;
  }
}
