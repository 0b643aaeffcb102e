package dev.theca.node.snapshot;

import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A mount as containerd performs it, in the words of the stock overlayfs snapshotter. */
record Mount(String type, String source, List<String> options) {
  /** Kernels with an index would refuse a layer that two mounts share as upper and lower. */
  private static final boolean INDEX =
      Files.exists(Path.of("/sys/module/overlay/parameters/index"));

  Mount {
    options = List.copyOf(options);
  }

  static Mount bind(Path source, boolean readOnly, List<String> first) {
    var options = new ArrayList<>(first);
    options.addAll(List.of(readOnly ? "ro" : "rw", "rbind"));
    return new Mount("bind", source.toString(), options);
  }

  /** Layers, top first, below a writable one. */
  static Mount overlay(List<Path> lower, Path upper, Path work, List<String> first) {
    var options = new ArrayList<>(first);
    options.addAll(List.of("workdir=" + work, "upperdir=" + upper));
    return overlay(lower, options);
  }

  /** Layers, top first, to be read only. */
  static Mount stacked(List<Path> lower, List<String> first) {
    return overlay(lower, new ArrayList<>(first));
  }

  private static Mount overlay(List<Path> lower, List<String> options) {
    options.add("lowerdir=" + String.join(":", lower.stream().map(Path::toString).toList()));
    if (INDEX) options.add("index=off");
    return new Mount("overlay", "overlay", options);
  }

  ProtoWriter encode() {
    return new ProtoWriter().string(1, type).string(2, source).strings(4, options);
  }
}
