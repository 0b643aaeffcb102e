package dev.theca.node.task;

import dev.theca.node.cgroup.Cgroup;
import dev.theca.node.cgroup.CgroupTree;
import dev.theca.node.cgroup.OomWatch;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A container's control group: what it uses, and whether it ran out of memory. */
final class Consumption implements AutoCloseable {
  private final Optional<Cgroup> group;
  private final OomWatch watch;
  private Optional<OomWatch.Handle> handle = Optional.empty();

  private Consumption(Optional<Cgroup> group, OomWatch watch) {
    this.group = group;
    this.watch = watch;
  }

  /** Of the group of a living process. */
  static Consumption of(long pid, OomWatch watch) {
    return new Consumption(Cgroup.of(pid), watch);
  }

  /** Of a group that was written down. */
  static Consumption at(Map<String, String> paths, OomWatch watch) {
    var folders = new TreeMap<String, Path>();
    paths.forEach((controller, path) -> folders.put(controller, Path.of(path)));
    return new Consumption(
        folders.isEmpty() ? Optional.empty() : Optional.of(CgroupTree.ofMachine().at(folders)),
        watch);
  }

  /** An Any; empty when the group is gone. */
  Optional<ProtoWriter> metrics() {
    return group.flatMap(Cgroup::metrics);
  }

  /** Paths by controller. */
  Map<String, String> paths() {
    var paths = new TreeMap<String, String>();
    group.ifPresent(g -> g.folders().forEach((name, path) -> paths.put(name, path.toString())));
    return paths;
  }

  /** Calls {@code oom} whenever the kernel killed a process of the group for want of memory. */
  synchronized void watch(Runnable oom) {
    if (handle.isEmpty()) handle = group.map(g -> watch.watch(g, oom));
  }

  /** Lets the group's figures be counted where that is to be switched on (version 2). */
  void count() {
    group.ifPresent(Cgroup::enableControllers);
  }

  /**
   * Looks once more, because the kernel may have killed just now; every kill is told then. {@code
   * killed} says whether init ended by SIGKILL.
   */
  synchronized void settle(boolean killed) {
    handle.ifPresent(
        h -> {
          boolean unused = killed ? h.killedWithInit() : h.killed();
        });
  }

  @Override
  public synchronized void close() {
    handle.ifPresent(OomWatch.Handle::close);
    handle = Optional.empty();
  }
}
