package dev.theca.simulator;

import dev.theca.wire.service.Service;

/** Entry of the software SGX platform as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Service.run(args, Simulator::start));
  }
}
