package dev.theca.node;

import dev.theca.node.upgrade.Upgrade;
import dev.theca.wire.service.Service;

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

  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

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
   * What must be said before the first thread. Native calls hold their carrier, and an unmount may
   * take 20 ms, so a small machine has some to spare; 16 of them on four processors made an exec 10
   * % slower, because they wake each other.
   */
  static void settle() {
    int carriers = Math.clamp(Runtime.getRuntime().availableProcessors(), 4, 8);
    if (System.getProperty(CARRIERS) == null) System.setProperty(CARRIERS, carriers + "");
  }
}
