package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The control group of a container: found once by a process of it, and kept when that is gone. It
 * reads the kernel's files each time it is asked; a file that is missing counts as zero.
 */
public final class Cgroup {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String V1 = "io.containerd.cgroups.v1.Metrics";
  private static final String V2 = "io.containerd.cgroups.v2.Metrics";
  private static final String OOM_KILL = "oom_kill";

  /** Links of a directory with no directory in it; some file systems have 1 for any. */
  private static final Integer NO_CHILDREN = 2;

  private final CgroupTree tree;
  private final Map<String, Path> folders;

  Cgroup(CgroupTree tree, Map<String, Path> folders) {
    this.tree = tree;
    this.folders = Map.copyOf(folders);
  }

  /** The group of a process on this machine; empty when there is no such process. */
  public static Optional<Cgroup> of(long pid) {
    return CgroupTree.ofMachine().of(pid);
  }

  /**
   * Its folder in the tree of each controller; that of version 2 has the empty name. To be written
   * down and given to {@link CgroupTree#at} after a restart.
   */
  public Map<String, Path> folders() {
    return folders;
  }

  /** Its folder where version 1 has a controller. */
  Optional<Path> folder(String controller) {
    return Optional.ofNullable(folders.get(controller));
  }

  /** Its folder in the tree of version 2. */
  Optional<Path> unified() {
    return folder(CgroupTree.UNIFIED);
  }

  /** Its folder where version 1 counts kills; not the root, which counts everybody's. */
  Optional<Path> memory() {
    return folder("memory").filter(this::own);
  }

  /**
   * Whether it is still there. A tree in which it is the root says nothing, as long as it has a
   * folder of its own elsewhere.
   */
  public boolean exists() {
    var own = folders.values().stream().filter(this::own).toList();
    return (own.isEmpty() ? folders.values() : own).stream().anyMatch(Files::isDirectory);
  }

  private boolean own(Path folder) {
    int depth = folder.getNameCount() - tree.base().getNameCount();
    return depth > (tree.unified() ? 0 : 1);
  }

  /** Whether every folder of it is a group of its own below its tree's root, and none is a root. */
  public boolean isOwn() {
    return folders.values().stream()
        .allMatch(
            folder ->
                folder.startsWith(tree.base()) && folder.equals(folder.normalize()) && own(folder));
  }

  /** Whether its processes are stopped, or are being stopped, by the freezer. */
  public boolean isFrozen() {
    if (tree.unified())
      return unified().map(g -> KernelText.number(g.resolve("cgroup.freeze")) != 0).orElse(false);
    return folder("freezer")
        .map(g -> KernelText.text(g.resolve("freezer.state")).strip())
        .filter(state -> !state.isEmpty() && !state.equals("THAWED"))
        .isPresent();
  }

  /** Removes it in every tree; false when a process is in it, and then some of it may be left. */
  public boolean remove() {
    return isOwn() && folders.values().stream().allMatch(GroupRemoval::remove);
  }

  /**
   * What it consumes, as the Any that StatsResponse carries: type io.containerd.cgroups.v1.Metrics
   * or v2.Metrics (node.md 21). Empty when the group is gone.
   */
  public Optional<ProtoWriter> metrics() {
    if (!exists()) return Optional.empty();
    if (!tree.unified()) return Optional.of(any(V1, MetricsV1.of(this)));
    return unified().map(folder -> any(V2, MetricsV2.of(folder)));
  }

  private static ProtoWriter any(String type, ProtoWriter value) {
    return new ProtoWriter().string(1, type).bytes(2, value.toBytes());
  }

  /**
   * How many processes of it and of the groups below it the kernel has killed for want of memory,
   * as long as the group lives. Version 1 counts each group apart, version 2 adds up by itself.
   */
  public OptionalLong oomKills() {
    var v1 = memory();
    if (v1.isPresent()) return sum(v1.get());
    return unified().map(folder -> count(folder.resolve("memory.events"))).orElse(none());
  }

  /** The group above in version 2, whose count of kills has those of this one in it. */
  Optional<Path> above() {
    return unified().map(Path::getParent).filter(this::own);
  }

  /** What the group above has counted; empty when there is none. */
  OptionalLong oomKillsAbove() {
    return above().map(folder -> count(folder.resolve("memory.events"))).orElse(none());
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }

  private static OptionalLong count(Path file) {
    Long count = KernelText.pairs(file).get(OOM_KILL);
    return count == null ? none() : OptionalLong.of(count);
  }

  private static OptionalLong sum(Path group) {
    var own = count(group.resolve("memory.oom_control"));
    if (own.isEmpty()) return own;
    long sum = own.getAsLong();
    for (Path child : children(group)) sum += sum(child).orElse(0);
    return OptionalLong.of(sum);
  }

  private static List<Path> children(Path group) {
    if (childless(group)) return List.of();
    try (Stream<Path> entries = Files.list(group)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of(); // it went while we looked
    }
  }

  /** A group has a link more for each group below it; asked at the end of every container. */
  private static boolean childless(Path group) {
    try {
      return Files.getAttribute(group, "unix:nlink").equals(NO_CHILDREN);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Version 2 shows figures of a controller only where all groups above have switched it on: does
   * so, as far as the kernel allows. Nothing to do in version 1.
   */
  public void enableControllers() {
    if (!tree.unified() || unified().isEmpty()) return;
    Path folder = unified().get();
    var above = new ArrayList<Path>();
    for (Path at = folder.getParent();
        at != null && at.startsWith(tree.base());
        at = at.getParent()) above.add(at);
    for (Path group : above.reversed()) enable(group);
  }

  private static void enable(Path group) {
    Path control = group.resolve("cgroup.subtree_control");
    var missing = new LinkedHashMap<String, Boolean>();
    for (String name : KernelText.words(group.resolve("cgroup.controllers")))
      missing.put(name, true);
    KernelText.words(control).forEach(missing::remove);
    if (missing.isEmpty()) return;
    var wanted = missing.keySet().stream().map(name -> "+" + name).toList();
    if (write(control, wanted.stream().collect(Collectors.joining(" ")))) return;
    for (String one : wanted) {
      if (!write(control, one))
        LOG.log(
            System.Logger.Level.DEBUG, "stage=cgroup outcome=refused what=" + one + " in=" + group);
    }
  }

  private static boolean write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false; // a controller may be forbidden below, or the group holds processes itself
    }
  }

  @Override
  public String toString() {
    return "cgroup " + folders;
  }
}
