package dev.theca.node;

import dev.theca.node.upgrade.Upgrade;
import dev.theca.wire.service.Service;
import java.util.Map;

/** Entry of the node daemon. */
public final class Main {
  private Main() {}

  private static final String USUAL = "/etc/theca/node.toml";

  private static final String HELP =
      """
      usage: theca node serve [--config FILE]
      Runs the node daemon until SIGTERM; one line of JSON says when it is ready.
        --config FILE   its configuration (default: /etc/theca/node.toml)
      Examples:
        theca node serve
        theca node serve --config ./node.toml""";

  /** It warns about options that unix sockets do not have; kept here, or the setting is lost. */
  private static final java.util.logging.Logger NETTY =
      java.util.logging.Logger.getLogger("io.netty");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "jdk.virtualThreadScheduler.parallelism", carriers(),
          "io.netty.allocator.numHeapArenas", "1",
          "io.netty.allocator.numDirectArenas", "1",
          "io.netty.allocator.maxOrder", "3",
          "io.netty.allocator.useCacheForAllThreads", "false");

  private static String carriers() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 4, 8) + "";
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the daemon until it is asked to end; the exit code. */
  public static int run(String... args) {
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      System.out.println(HELP);
      return 0;
    }
    settle();
    String[] given = args.length == 0 ? new String[] {"--config", USUAL} : args;
    boolean check = System.getenv(Upgrade.CHECK) != null;
    return check ? Daemon.check(given) : Service.run(given, Daemon::start);
  }

  /**
   * What must be said before the first thread and the first buffer. Native calls hold their
   * carrier, and an unmount may take 20 ms, so a small machine has some to spare; 16 of them on
   * four processors made an exec 10 % slower, because they wake each other. The snapshotter's
   * messages are few and small: one arena with small chunks, and nothing kept for each thread.
   */
  static void settle() {
    NETTY.setLevel(java.util.logging.Level.SEVERE);
    SETTINGS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) System.setProperty(name, value);
        });
  }
}
