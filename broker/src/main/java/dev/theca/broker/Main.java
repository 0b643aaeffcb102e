package dev.theca.broker;

/** Entry of the broker as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Broker.run(args));
  }
}
