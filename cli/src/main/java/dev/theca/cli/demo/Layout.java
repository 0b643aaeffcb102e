package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where one demo keeps its things: what lasts below {@code state}, sockets and mounts below {@code
 * run} (short, because a unix socket's path has 107 bytes). Nothing of the machine's own containerd
 * is in either.
 */
record Layout(Path state, Path run) {
  /** Whether a name is safe as the last part of two folders. */
  static boolean isName(String name) {
    return name.matches("[a-z][a-z0-9-]{0,31}");
  }

  private static final String DEFAULT = "theca-demo";

  /** What {@code theca down} needs to find this one; empty for the usual name. */
  String option() {
    String name = state.getFileName().toString();
    return name.equals(DEFAULT) ? "" : " --name " + name;
  }

  static Layout named(String name) {
    return new Layout(Path.of("/var/lib", name), Path.of("/run", name));
  }

  Layout create() {
    try {
      for (Path folder : new Path[] {state, run, logs(), config(), state.resolve("podlogs")}) {
        Files.createDirectories(folder);
      }
      for (Path folder : new Path[] {state, run}) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the demo's folders", e);
    }
  }

  Path logs() {
    return state.resolve("logs");
  }

  Path config() {
    return state.resolve("config");
  }

  Path podLogs() {
    return state.resolve("podlogs");
  }

  Path containerdRoot() {
    return state.resolve("containerd");
  }

  Path containerdSocket() {
    return run.resolve("containerd.sock");
  }

  Path nodeSocket() {
    return run.resolve("node.sock");
  }

  Path snapshotSocket() {
    return run.resolve("snapshots.sock");
  }

  Path simulatorSocket() {
    return run.resolve("sim.sock");
  }

  /** The record of what was started, for {@code theca down}. */
  Path world() {
    return state.resolve("world.json");
  }
}
