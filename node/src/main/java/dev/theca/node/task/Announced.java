package dev.theca.node.task;

/**
 * What the shim's start call said before a task is created. A container that came without a call of
 * its own takes after its sandbox.
 *
 * @param ttrpcAddress where its events go; empty = nowhere
 */
public record Announced(String ttrpcAddress, String grpcAddress) {
  static final Announced NOTHING = new Announced("", "");
}
