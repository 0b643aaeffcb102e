package dev.theca.registry;

/** Entry of the registry as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Registry.run(args));
  }
}
