package dev.theca.broker.store;

import dev.theca.broker.store.PostgresSettings.Password;
import dev.theca.broker.store.PostgresSettings.Tls;
import dev.theca.wire.Outcome;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the URL of a PostgreSQL database; never repeats its user part, where a password may be. */
final class PostgresUrl {
  private static final int LIMIT_CHARS = 2048;
  private static final Set<String> KNOWN = Set.of("sslmode", "sslrootcert", "passfile");
  private static final Set<String> MODES = Set.of("disable", "require", "verify-full");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private PostgresUrl() {}

  static Outcome<PostgresSettings> parse(String text) {
    if (text.length() > LIMIT_CHARS) return refused("its length", text.length() + " characters");
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return refused("its form", "an error at character " + e.getIndex());
    }
    if (url.toString().matches(".*%(0.|1.|7[fF]).*")) return refused("its form", "a control");
    var scheme = String.valueOf(url.getScheme());
    if (!List.of("postgres", "postgresql").contains(scheme)) return refused("its scheme", scheme);
    String user = url.getUserInfo();
    if (user == null || user.isEmpty()) return refused("its user", "none");
    if (String.valueOf(url.getRawUserInfo()).contains(":")) {
      return refused("its user", "one with a password; write it to a file and name it as passfile");
    }
    String host = url.getHost();
    if (host == null || host.isEmpty()) return refused("its host", "none");
    if (url.getPort() == 0 || url.getPort() > 65535) return refused("its port", "" + url.getPort());
    var path = String.valueOf(url.getPath());
    if (!path.matches("/[^/]+")) return refused("its database", path);
    var options = new HashMap<String, String>();
    var query = url.getRawQuery();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      var parts = pair.split("=", 2);
      if (parts.length != 2 || parts[1].isEmpty() || !KNOWN.contains(parts[0])) {
        return refused(
            "an option", KNOWN.contains(parts[0]) ? parts[0] + " of nothing" : "unknown");
      }
      if (options.put(parts[0], decoded(parts[1])) != null) {
        return refused("an option", parts[0] + " twice");
      }
    }
    int port = url.getPort() < 0 ? 5432 : url.getPort();
    return tls(options)
        .map(
            tls ->
                new PostgresSettings(
                    host, port, path.substring(1), user, password(options), tls, PATIENCE));
  }

  /** Percent signs only: a plus is a plus, as libpq reads it. The whole URL was checked before. */
  private static String decoded(String raw) {
    return URI.create("x:?" + raw).getSchemeSpecificPart().substring(1);
  }

  private static Password password(Map<String, String> options) {
    var file = options.get("passfile");
    return file == null ? new Password.None() : new Password.InFile(Path.of(file));
  }

  private static Outcome<Tls> tls(Map<String, String> options) {
    var mode = options.getOrDefault("sslmode", "verify-full");
    var roots = options.get("sslrootcert");
    if (!MODES.contains(mode)) return refused("its sslmode", mode);
    if (roots == null) {
      return Outcome.granted(
          switch (mode) {
            case "disable" -> new Tls.Disabled();
            case "require" -> new Tls.Unverified();
            default -> new Tls.Verified();
          });
    }
    if (!mode.equals("verify-full")) {
      return refused("its sslrootcert", "one that sslmode=" + mode + " would not look at");
    }
    return Outcome.granted(new Tls.VerifiedBy(Path.of(roots)));
  }

  private static <T> Outcome<T> refused(String what, String found) {
    return Outcome.refused(
        StoreCode.BAD_DATABASE_URL,
        "the database URL, " + what,
        "postgres://USER@HOST:PORT/DATABASE?sslmode=disable|require|verify-full",
        found,
        "correct the URL; sslrootcert=FILE and passfile=FILE are the other options");
  }
}
