package dev.theca.image.work;

/**
 * Where the threads of this room come from: virtual ones, unless the process was started with
 * {@code -Ddev.theca.image.threads=platform}. A JVM in which a virtual thread has ever waited for a
 * socket needs 300 ms to exit, since its poller sits in a system call until the JVM gives up
 * waiting for it; commands that live for a second ask for platform threads, and servers and
 * enclaves, whose threads are counted, do not.
 */
public final class Workers {
  private static final boolean PLATFORM =
      "platform".equals(System.getProperty("dev.theca.image.threads"));

  private Workers() {}

  /** Threads that do not keep the process alive. */
  public static Thread.Builder named(String name) {
    return PLATFORM ? Thread.ofPlatform().daemon().name(name) : Thread.ofVirtual().name(name);
  }
}
