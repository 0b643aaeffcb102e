package dev.theca.broker;

import dev.theca.wire.service.Service;

/** Entry of the broker as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Service.run(args, Broker::start));
  }
}
