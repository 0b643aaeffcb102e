package dev.theca.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether we are root, and the way to become it. */
final class Root {
  private Root() {}

  static boolean is() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the same command through sudo; its exit code. */
  static int again() {
    String home = System.getenv("THECA_HOME");
    var arguments = ProcessHandle.current().info().arguments().orElse(new String[0]);
    var own = new ArrayList<String>();
    boolean mine = false;
    for (String argument : arguments) {
      if (mine) own.add(argument);
      mine |= argument.endsWith(".jar");
    }
    if (home == null || !mine) {
      System.err.println("theca: this needs root; run it with sudo");
      return 69;
    }
    var command = new ArrayList<>(List.of("sudo", "--", Path.of(home, "theca").toString()));
    command.addAll(own);
    System.err.println("theca: this needs root: " + String.join(" ", command));
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      System.err.println("theca: sudo is missing; run this as root");
      return 69;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
