package dev.theca.enclave.mount;

/** Entry of the app enclave of native mode: the mount server of one container. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(MountServer.run(args));
  }
}
