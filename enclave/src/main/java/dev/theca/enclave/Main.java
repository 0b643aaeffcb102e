package dev.theca.enclave;

/** Entry of the room as a process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(64);
  }
}
