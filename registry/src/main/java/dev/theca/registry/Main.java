package dev.theca.registry;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;

/** Entry of the registry as a process, and of {@code theca registry serve}. */
public final class Main {
  private static final int USAGE = 64;
  private static final int UNAVAILABLE = 69;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Serves until the process is asked to end; the exit code 64 for wrong usage or settings, 69 for
   * an address or a folder that is taken.
   */
  public static int run(String[] args) {
    if (Arrays.stream(args).anyMatch(a -> a.equals("--help") || a.equals("-h"))) {
      System.out.print(ServeOptions.HELP);
      return 0;
    }
    var settings = ServeOptions.parse(args);
    if (settings instanceof Outcome.Refused<RegistrySettings>(var reasons)) {
      reasons.forEach(System.err::println);
      return USAGE;
    }
    try {
      return switch (Registry.start(
          settings.orThrow(), InstantSource.system(), System.err::println)) {
        case Outcome.Granted<Registry>(var registry) -> Service.run(() -> running(registry));
        case Outcome.Refused<Registry>(var reasons) -> {
          reasons.forEach(System.err::println);
          yield USAGE;
        }
      };
    } catch (IOException e) {
      System.err.println("stage=start outcome=fault reason=\"" + e.getMessage() + "\"");
      return UNAVAILABLE;
    }
  }

  private static Service.Running running(Registry registry) throws IOException {
    var boot = JsonObject.builder().put("address", registry.address()).put("tls", registry.isTls());
    return new Service.Running(boot.build(), registry);
  }
}
