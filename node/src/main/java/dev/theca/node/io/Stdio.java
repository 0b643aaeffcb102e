package dev.theca.node.io;

/**
 * The names of a process's standard streams, as containerd gave them: a path or {@code fifo://}, a
 * {@code file://} or a {@code binary://}; empty = none. With a terminal the errors go the way of
 * the output.
 */
public record Stdio(String in, String out, String err, boolean terminal) {
  public static final Stdio NONE = new Stdio("", "", "", false);
}
