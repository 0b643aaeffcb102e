package dev.theca.simulator;

/** Entry of the software SGX platform as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Simulator.run(args));
  }
}
