package dev.theca.node.rootfs;

import dev.theca.linux.DetachedMount;
import dev.theca.linux.DetachedTree;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.MountOptions;
import dev.theca.linux.Mounts;
import dev.theca.linux.UserNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Mounts the root file systems of containers from the lists that containerd gives (node.md 10), and
 * unmounts them with everything that came to lie in them. All of a list is mounted, or nothing.
 */
public final class RootfsMounts {
  /** mount(2) reads one page of data with its NUL, and silently no more. */
  private static final int MAX_DATA = 4095;

  /**
   * Half of what runc takes for a line of the mount table (a bufio.Scanner of Go): where one is
   * longer, now and then every container of the machine fails, whosever mount it is.
   */
  private static final int MAX_LINE = 32 << 10;

  private static final long BIND_REMOUNT = Mounts.MS_BIND | Mounts.MS_REMOUNT;

  private final List<String> helper;
  private final Path scratch;

  /**
   * A user namespace's helper is {@link UserNamespace}'s: absolute program and arguments. {@code
   * scratch} is a folder of this process alone, for mounts that last a moment; what a dead process
   * left there is removed.
   */
  public RootfsMounts(List<String> helper, Path scratch) {
    this.helper = List.copyOf(helper);
    this.scratch = scratch;
    try {
      Files.createDirectories(scratch);
      Mounts.detachBelow(scratch.toRealPath());
      try (var left = Files.list(scratch)) {
        for (Path folder : left.toList()) Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + scratch, e);
    }
  }

  /** Mounts a list in order; an empty list is nothing to do. */
  public void mount(List<RootfsMount> mounts, Path target) {
    List<MountPlan> plans = mounts.stream().map(MountPlan::of).toList();
    try {
      for (MountPlan plan : plans) mount(plan, target);
    } catch (RuntimeException e) {
      try {
        unmount(target);
      } catch (RuntimeException undo) {
        e.addSuppressed(undo);
      }
      throw e;
    }
  }

  /**
   * Unmounts all that is at or below a place, as often as it takes; nothing there is no error. The
   * place itself is not looked at: a file system whose server is dead would only fail.
   */
  public void unmount(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) throw new IllegalArgumentException("nobody unmounts " + target);
    try {
      Mounts.detachBelow(parent.toRealPath().resolve(parent.relativize(absolute)));
    } catch (NoSuchFileException e) {
      return; // no such place
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find " + target, e);
    }
  }

  private void mount(MountPlan plan, Path target) {
    try {
      if (plan.owners().isEmpty()) plain(plan, target);
      else mapped(plan, plan.owners().get(), target);
    } catch (LinuxException
        | UncheckedIOException
        | IllegalStateException
        | InvalidPathException e) {
      throw new RootfsException(
          MountPlan.named(plan.mount()) + " cannot be mounted on " + target, e);
    }
  }

  private void plain(MountPlan plan, Path target) {
    if (plan.options().dataBytes() <= MAX_DATA) attach(plan, plan.options(), target);
    else if (plan.overlay()) overlay(plan, target);
    else throw tooLong(plan, plan.options());
  }

  private static RootfsException tooLong(MountPlan plan, MountOptions options) {
    return MountPlan.refused(
        plan.mount(),
        "has " + options.dataBytes() + " bytes of data, and the kernel takes " + MAX_DATA);
  }

  /** The calls of one mount that needs nothing special. */
  private static void attach(MountPlan plan, MountOptions options, Path target) {
    if (options.dataBytes() > MAX_DATA) throw tooLong(plan, options);
    var mount = plan.mount();
    at(
        target,
        plan,
        place ->
            Mounts.mount(mount.source(), place, mount.type(), options.flags(), options.data()));
    refine(plan, target);
  }

  private static void refine(MountPlan plan, Path target) {
    at(target, plan, place -> Mounts.refine(place, plan.options()));
  }

  /** Where a mount goes: looked up anew each time, because what is there changes with a mount. */
  private static void at(Path target, MountPlan plan, Consumer<Path> use) {
    String below = plan.mount().target();
    if (below.isEmpty() || below.equals("/")) {
      use.accept(target);
      return;
    }
    try (Fd place = Fd.inside(target, below, Fd.O_PATH)) {
      use.accept(place.link());
    }
  }

  private void overlay(MountPlan plan, Path target) {
    var layers = OverlayLayers.of(plan.options().words());
    var open = new ArrayList<Fd>();
    try {
      for (var layer : layers.layers()) open.add(place(layer.path()));
      var lower = List.copyOf(open);
      boolean fits = with(plan.options(), layers.through(lower)).dataBytes() <= MAX_DATA;
      if (fits || layers.lineBytes() <= MAX_LINE) overlay(plan, layers, lower, open, target);
      else throughCopies(plan, target, tree -> {});
    } finally {
      open.forEach(Fd::close);
    }
  }

  /** By mount(2) where its page suffices, because every kernel has that. */
  private static void overlay(
      MountPlan plan, OverlayLayers layers, List<Fd> lower, List<Fd> open, Path target) {
    var options = with(plan.options(), layers.through(lower));
    if (options.dataBytes() <= MAX_DATA) {
      attach(plan, options, target);
      return;
    }
    var settings =
        layers.settings(
            lower,
            name -> {
              open.add(place(name));
              return open.getLast();
            });
    try (var mount = DetachedMount.of("overlay", settings)) {
      at(target, plan, mount::attach);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EINVAL || e.errno() == Errno.ENOSYS) throw tooLong(plan, options);
      throw e;
    }
    long flags = plan.options().flags();
    if (flags != 0) at(target, plan, at -> Mounts.mount("none", at, "", flags | BIND_REMOUNT, ""));
    refine(plan, target);
  }

  private static Fd place(String name) {
    return Fd.open(Path.of(name), Fd.O_PATH);
  }

  private static MountOptions with(MountOptions options, List<String> words) {
    return new MountOptions(options.flags(), options.propagation(), words);
  }

  private void mapped(MountPlan plan, MountPlan.Owners owners, Path target) {
    try (var namespace = UserNamespace.make(helper, owners.users(), owners.groups())) {
      if (plan.overlay()) mappedOverlay(plan, namespace, target);
      else if (plan.options().bind()) mappedBind(plan, namespace, target);
      else mappedOther(plan, namespace, target);
    }
  }

  private static void mappedBind(MountPlan plan, UserNamespace namespace, Path target) {
    Path source = Path.of(plan.mount().source());
    try (var tree = DetachedTree.copyOf(source, plan.options().recursive())) {
      tree.mapIds(namespace.fd());
      at(target, plan, tree::attach);
    }
    refine(plan, target);
  }

  /** The owners of a mount can change only while it is nowhere: so it is put in twice. */
  private void mappedOther(MountPlan plan, UserNamespace namespace, Path target) {
    plain(plan, target);
    at(
        target,
        plan,
        place -> {
          try (var tree = DetachedTree.copyOf(place, false)) {
            tree.mapIds(namespace.fd());
            if (!Mounts.unmount(place, true))
              throw new IllegalStateException(place + " is in use already");
            at(target, plan, tree::attach);
          }
        });
  }

  /** An overlay maps no owners itself; its lower layers do. */
  private void mappedOverlay(MountPlan plan, UserNamespace namespace, Path target) {
    throughCopies(plan, target, tree -> tree.mapIds(namespace.fd()));
  }

  /**
   * Each lower layer is seen through a copy that is attached for the moment of the call: the
   * overlay takes what it needs of it. The copy's place has a short name, and the table of mounts
   * keeps that one.
   */
  private void throughCopies(MountPlan plan, Path target, Consumer<DetachedTree> change) {
    var layers = OverlayLayers.of(plan.options().words());
    var trees = new ArrayList<DetachedTree>();
    var open = new ArrayList<Fd>();
    try (var room = new ScratchRoom(scratch)) {
      for (var layer : layers.layers()) {
        var tree = DetachedTree.copyOf(Path.of(layer.path()), false);
        trees.add(tree);
        change.accept(tree);
        tree.readOnly().alone().attach(room.place());
      }
      overlay(plan, layers, trees.stream().map(DetachedTree::root).toList(), open, target);
    } finally {
      open.forEach(Fd::close);
      trees.forEach(DetachedTree::close);
    }
  }
}
