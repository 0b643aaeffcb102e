package dev.theca.registry;

import dev.theca.registry.RegistrySettings.Collect;
import dev.theca.registry.auth.Rights;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The options of {@code theca registry serve}. */
final class ServeOptions {
  static final String HELP =
      """
      usage: theca registry serve --root FOLDER [OPTION...]
      Serves a folder as an OCI registry (distribution specification 1.1).

        --root FOLDER          where everything is kept; made if it is not there
        --listen ADDRESS:PORT  default 127.0.0.1:5000; port 0 takes a free one
        --tls-cert FILE        PEM: the server's certificate, then its chain
        --tls-key FILE         PEM: its key (PKCS#8); changed files are loaded
        --insecure-http        plain HTTP beyond loopback, for everybody to read and change
        --users FILE           who may do what; see 'theca registry user add'
        --tokens               passwords buy tokens of five minutes, instead of going along
        --anonymous RIGHTS     what everybody may do, e.g. pull=* (default nothing)
        --delete               manifests, tags and blobs can be deleted
        --no-catalog           repositories are not listed
        --max-blob-bytes N     default 1099511627776
        --max-uploads N        unfinished at once, default 256
        --upload-hours N       how long an unfinished upload may rest, default 24
        --idle-seconds N       how long a silent client is waited for, default 30
        --gc-hours N           collects garbage every N hours; default never
        --gc-grace-hours N     what is younger stays, default 24
        --gc-untagged          takes manifests that no tag or index names, too

      When it is ready it prints one line of JSON with its address. It ends on SIGTERM.
      Examples:
        theca registry serve --root /srv/images
        theca registry serve --root /srv/images --listen 0.0.0.0:5000 \\
            --tls-cert tls.crt --tls-key tls.key --users users --tokens --anonymous 'pull=*'
      """;

  private static final Set<String> FLAGS =
      Set.of("--insecure-http", "--tokens", "--delete", "--no-catalog", "--gc-untagged");
  private static final Set<String> VALUES =
      Set.of(
          "--root",
          "--listen",
          "--tls-cert",
          "--tls-key",
          "--users",
          "--anonymous",
          "--max-blob-bytes",
          "--max-uploads",
          "--upload-hours",
          "--idle-seconds",
          "--gc-hours",
          "--gc-grace-hours");

  private final Map<String, String> given = new LinkedHashMap<>();

  private ServeOptions() {}

  static Outcome<RegistrySettings> parse(String[] arguments) {
    var options = new ServeOptions();
    try {
      options.read(arguments);
      return Outcome.granted(options.settings());
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    } catch (InvalidPathException e) {
      return wrong("path", "a path", e.getReason());
    }
  }

  private void read(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      int equals = name.indexOf('=');
      String value = "";
      if (equals > 0 && name.startsWith("--")) {
        value = name.substring(equals + 1);
        name = name.substring(0, equals);
      }
      if (FLAGS.contains(name) && equals < 0) value = "yes";
      else if (!VALUES.contains(name)) wrong("option", "one of --help", "'" + name + "'").orThrow();
      else if (equals < 0 && ++i == arguments.length)
        wrong(name, "a value after it", "none").orThrow();
      else if (equals < 0) value = arguments[i];
      if (given.put(name, value) != null) wrong(name, "once", "twice").orThrow();
    }
  }

  private RegistrySettings settings() {
    if (text("--root", "").isEmpty()) wrong("--root", "a folder", "none").orThrow();
    var settings =
        RegistrySettings.of(Path.of(text("--root", "")))
            .withListen(text("--listen", "127.0.0.1:5000"));
    if (given.containsKey("--tls-cert") != given.containsKey("--tls-key"))
      wrong("--tls-cert and --tls-key", "both or none", "one").orThrow();
    if (given.containsKey("--tls-cert"))
      settings = settings.withTls(Path.of(text("--tls-cert", "")), Path.of(text("--tls-key", "")));
    if (given.containsKey("--users"))
      settings =
          settings.withUsers(
              Path.of(text("--users", "")),
              given.containsKey("--tokens"),
              Rights.parse(text("--anonymous", "")).orThrow());
    else if (given.containsKey("--tokens") || given.containsKey("--anonymous"))
      wrong("--tokens or --anonymous", "a users file (--users) beside", "none").orThrow();
    if (given.containsKey("--insecure-http")) settings = settings.withInsecureHttp();
    if (given.containsKey("--delete")) settings = settings.withDeletes();
    if (given.containsKey("--no-catalog")) settings = settings.withoutCatalog();
    return settings
        .withLimits(
            number("--max-blob-bytes", 1L << 40, Long.MAX_VALUE),
            (int) number("--max-uploads", 256, 1 << 20),
            Duration.ofHours(number("--upload-hours", 24, 1 << 20)))
        .withBounds(
            settings.bounds().withIdle(Duration.ofSeconds(number("--idle-seconds", 30, 86400))))
        .withCollect(
            new Collect(
                Duration.ofHours(number("--gc-hours", 0, 1 << 20)),
                Duration.ofHours(number("--gc-grace-hours", 24, 1 << 20)),
                given.containsKey("--gc-untagged")));
  }

  private String text(String name, String otherwise) {
    return given.getOrDefault(name, otherwise);
  }

  private long number(String name, long otherwise, long max) {
    if (!given.containsKey(name)) return otherwise;
    String value = text(name, "");
    if (!value.matches("[0-9]{1,18}") || Long.parseLong(value) > max || Long.parseLong(value) < 1)
      wrong(name, "a number from 1 to " + max, "'" + value + "'").orThrow();
    return Long.parseLong(value);
  }

  private static <T> Outcome<T> wrong(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("wrong-usage"), what, expected, found, "see 'theca registry serve --help'");
  }
}
