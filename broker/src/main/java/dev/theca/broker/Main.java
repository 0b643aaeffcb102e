package dev.theca.broker;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.service.Service;
import java.io.IOException;

/** Entry of the broker as a process, and of {@code theca broker serve}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a broker until the process is asked to end; the exit code. */
  public static int run(String[] args) {
    if (ServeOptions.asksHelp(args)) {
      System.out.print(ServeOptions.USAGE);
      return 0;
    }
    return switch (ServeOptions.read(args)) {
      case Outcome.Refused<JsonObject>(var why) -> StartFault.say(why, System.err);
      case Outcome.Granted<JsonObject>(var config) -> serve(config);
    };
  }

  private static int serve(JsonObject config) {
    Service.Running running;
    try {
      running = Broker.start(config);
    } catch (IOException | RuntimeException e) {
      return StartFault.say(e, System.err);
    }
    greet(running.boot());
    return Service.run(() -> running);
  }

  /** For somebody who watches; programs read the line of JSON. */
  private static void greet(JsonObject boot) {
    var console = System.console();
    if (console == null || !console.isTerminal()) return;
    System.err.println(
        "broker ready at "
            + boot.string("url").orElse("")
            + "\nadmin token in "
            + boot.string("admin_token_file").orElse("")
            + "\nCtrl-C ends it");
  }
}
