package dev.theca.node;

import dev.theca.wire.service.Service;

/** Entry of the node daemon. */
public final class Main {
  private Main() {}

  /** It warns about options that unix sockets do not have; kept here, or the setting is lost. */
  private static final java.util.logging.Logger NETTY =
      java.util.logging.Logger.getLogger("io.netty");

  public static void main(String[] args) {
    NETTY.setLevel(java.util.logging.Level.SEVERE);
    System.exit(Service.run(args, Daemon::start));
  }
}
