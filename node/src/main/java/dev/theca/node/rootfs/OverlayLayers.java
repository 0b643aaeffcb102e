package dev.theca.node.rootfs;

import dev.theca.linux.DetachedMount.Setting;
import dev.theca.linux.Fd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The lower layers among an overlay's options (overlayfs.rst): separated by one colon, or two
 * before layers that hold data only; a backslash makes the next character an ordinary one.
 */
record OverlayLayers(List<Layer> layers, List<String> others) {
  private static final String LOWER = "lowerdir=";
  private static final int LINE_PART = ",lowerdir+=".length();

  /** A layer, and the colons before it. */
  record Layer(String colons, String path) {}

  static OverlayLayers of(List<String> words) {
    var layers = new ArrayList<Layer>();
    var others = new ArrayList<String>();
    for (String word : words) {
      if (word.startsWith(LOWER)) split(word.substring(LOWER.length()), layers);
      else others.add(word);
    }
    return new OverlayLayers(List.copyOf(layers), List.copyOf(others));
  }

  private static void split(String text, List<Layer> layers) {
    layers.clear(); // the last word wins, as the kernel has it
    var colons = new StringBuilder();
    var path = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ':') {
        path.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
        continue;
      }
      if (!path.isEmpty()) {
        layers.add(new Layer(colons.toString(), path.toString()));
        colons.setLength(0);
        path.setLength(0);
      }
      colons.append(':');
    }
    layers.add(new Layer(colons.toString(), path.toString()));
  }

  /**
   * What the layers take of the overlay's line in the table of mounts when they are descriptors.
   */
  int lineBytes() {
    return layers.stream()
        .mapToInt(layer -> LINE_PART + layer.path().getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /** The options with each layer reached through a descriptor, which makes its name short. */
  List<String> through(List<Fd> descriptors) {
    var text = new StringBuilder(LOWER);
    for (int i = 0; i < layers.size(); i++)
      text.append(layers.get(i).colons()).append(descriptors.get(i).link());
    var words = new ArrayList<>(others);
    words.addFirst(text.toString());
    return words;
  }

  /**
   * The options as settings in which each layer is a descriptor: no page limits them, but Linux
   * takes such layers since 6.13 only. {@code open} opens what the other options name.
   */
  List<Setting> settings(List<Fd> descriptors, Function<String, Fd> open) {
    var settings = new ArrayList<Setting>();
    for (int i = 0; i < layers.size(); i++) {
      boolean data = layers.get(i).colons().length() == 2;
      settings.add(new Setting.Open(data ? "datadir+" : "lowerdir+", descriptors.get(i)));
    }
    for (String word : others) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      if (equals < 0) settings.add(new Setting.Word(key));
      else if (key.equals("upperdir") || key.equals("workdir"))
        settings.add(new Setting.Open(key, open.apply(word.substring(equals + 1))));
      else settings.add(new Setting.Text(key, word.substring(equals + 1)));
    }
    return settings;
  }
}
