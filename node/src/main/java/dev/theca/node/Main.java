package dev.theca.node;

/** Entry of the node daemon. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Daemon.run(args));
  }
}
