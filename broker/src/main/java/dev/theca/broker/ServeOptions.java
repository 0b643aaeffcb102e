package dev.theca.broker;

import dev.theca.broker.setup.SetupCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of {@code theca broker serve}: a file, and what replaces single keys of it. Without
 * any, the configuration of a broker for one person on one machine.
 */
final class ServeOptions {
  static final String USAGE =
      """
      Usage: theca broker serve [--config FILE] [--state DIR] [--listen ADDR]...
                                [--management ADDR] [--collateral URL]
      Runs a broker until it is asked to end (SIGTERM or Ctrl-C).

        --config FILE      configuration in TOML; the options below replace keys of it
        --state DIR        where everything is kept, made with mode 0700
                           (default: ./theca-broker)
        --listen ADDR      host:port or [v6]:port, several times for several; beyond
                           loopback only with TLS (default: 127.0.0.1:8080)
        --management ADDR  metrics and health; "" for nowhere (default: 127.0.0.1:8081)
        --collateral URL   provisioning service of Intel's kind, such as a PCCS
        -h, --help         this text

      When it is ready, one line of JSON on standard output says where it listens and where
      the admin token is. On a terminal, a token that was made now is shown once.

      Examples:
        theca broker serve
        theca broker serve --state /var/lib/theca-broker --listen 127.0.0.1:9000
        theca broker serve --config /etc/theca/broker.toml

      Exit codes:
        143  ended as asked, by SIGTERM (130: by Ctrl-C)
        1    a fault, with its trace
        64   wrong usage or configuration: each reason says what was expected and found
        69   the address is taken, or the database cannot be reached
      """;

  private static final String STATE = "theca-broker";

  private final Map<String, List<String>> given = new LinkedHashMap<>();

  private ServeOptions() {}

  static boolean asksHelp(String[] args) {
    return List.of(args).contains("--help") || List.of(args).contains("-h");
  }

  /** The configuration that the arguments describe, not judged yet. */
  static Outcome<JsonObject> read(String[] args) {
    var options = new ServeOptions();
    for (int i = 0; i < args.length; i++) {
      int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
      String name = equals < 0 ? args[i] : args[i].substring(0, equals);
      switch (name) {
        case "--config", "--state", "--listen", "--management", "--collateral" -> {
          if (equals < 0 && i + 1 == args.length) return usage(name, "a value after it", "none");
          String value = equals < 0 ? args[++i] : args[i].substring(equals + 1);
          options.given.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
        default -> {
          return usage("argument", "an option of 'theca broker serve'", name);
        }
      }
    }
    for (var option : options.given.entrySet())
      if (option.getValue().size() > 1 && !option.getKey().equals("--listen"))
        return usage(option.getKey(), "once", option.getValue().size() + " times");
    return options.config();
  }

  private Outcome<JsonObject> config() {
    try {
      return one("--config").isEmpty()
          ? Outcome.granted(over(JsonObject.builder().build()))
          : ConfigFile.read(Path.of(one("--config"))).map(this::over);
    } catch (InvalidPathException e) {
      return usage("path", "one that can be", String.valueOf(e.getMessage()));
    }
  }

  private String one(String name) {
    var values = given.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  private JsonObject over(JsonObject file) {
    var members = new LinkedHashMap<String, JsonValue>(file.members());
    String state = one("--state");
    if (state.isEmpty() && !given.containsKey("--config")) state = STATE;
    if (!state.isEmpty())
      members.put("state", new JsonString(Path.of(state).toAbsolutePath().normalize() + ""));
    if (given.containsKey("--listen"))
      members.put("listen", JsonArray.strings(given.get("--listen")));
    for (String name : List.of("management", "collateral"))
      if (given.containsKey("--" + name)) members.put(name, new JsonString(one("--" + name)));
    return new JsonObject(members);
  }

  private static <T> Outcome<T> usage(String what, String expected, String found) {
    return Outcome.refused(
        SetupCode.BROKER_CONFIGURATION, what, expected, found, "see theca broker serve --help");
  }
}
