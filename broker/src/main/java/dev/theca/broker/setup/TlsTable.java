package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.TlsProfile;
import dev.theca.broker.http.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code [tls]}: the certificate of the public listener, and what is asked of clients. */
final class TlsTable {
  private static final List<String> VERSIONS = List.of("", "1.2", "1.3");

  private TlsTable() {}

  static TlsSettings read(Fields fields) {
    var tls = fields.table("tls");
    var settings =
        new TlsSettings(
            Path.of(tls.text("certificate")),
            Path.of(tls.text("private_key")),
            Optional.empty(),
            TlsSettings.Clients.ANYBODY,
            profile(tls),
            version(tls, "min_version"),
            version(tls, "max_version"),
            names(tls, "suites", "TLS_[A-Z0-9_]{1,60}"),
            names(tls, "groups", "[A-Za-z0-9]{1,40}"),
            Duration.ofSeconds(tls.number("reload_seconds", 5, 1, 3600)));
    if (settings.minVersion().equals("1.3") && settings.maxVersion().equals("1.2"))
      tls.wrong("min_version", "at most max_version", "1.3, above 1.2");
    settings = clients(tls, settings);
    fields.take(tls);
    return settings;
  }

  private static TlsProfile profile(Fields tls) {
    String name = tls.text("profile", "intermediate");
    for (var profile : TlsProfile.values())
      if (profile.name().toLowerCase(Locale.ROOT).equals(name)) return profile;
    tls.wrong("profile", "modern, intermediate or old", "another text");
    return TlsProfile.INTERMEDIATE;
  }

  private static String version(Fields tls, String key) {
    String version = tls.text(key, "");
    if (VERSIONS.contains(version)) return version;
    tls.wrong(key, "1.2 or 1.3", "another text");
    return "";
  }

  private static List<String> names(Fields tls, String key, String pattern) {
    var names = tls.texts(key);
    for (String name : names)
      if (!name.matches(pattern)) tls.wrong(key, "names as Java has them", "another text");
    return names;
  }

  private static TlsSettings clients(Fields tls, TlsSettings settings) {
    String wanted = tls.text("client_auth", "none");
    String authorities = tls.text("client_ca", "");
    var clients =
        switch (wanted) {
          case "none" -> TlsSettings.Clients.ANYBODY;
          case "optional" -> TlsSettings.Clients.MAY_SHOW_CERTIFICATE;
          case "required" -> TlsSettings.Clients.MUST_SHOW_CERTIFICATE;
          default -> {
            tls.wrong("client_auth", "none, optional or required", "another text");
            yield TlsSettings.Clients.ANYBODY;
          }
        };
    if ((clients == TlsSettings.Clients.ANYBODY) != authorities.isEmpty())
      tls.wrong("client_ca", "a file of authorities, with client_auth", "one of the two");
    return authorities.isEmpty() || clients == TlsSettings.Clients.ANYBODY
        ? settings
        : settings.withClients(clients, Path.of(authorities));
  }
}
