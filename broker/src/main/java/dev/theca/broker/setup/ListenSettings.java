package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Bounds;
import dev.theca.broker.http.Deadlines;
import dev.theca.broker.http.FrontConfig;
import dev.theca.broker.http.TlsProfile;
import dev.theca.broker.http.TlsSettings;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the broker listens: {@code listen}, {@code management}, and {@code [tls]}. */
final class ListenSettings {
  private static final String DEFAULT = "127.0.0.1:8080";
  private static final String MANAGEMENT = "127.0.0.1:8081";

  private ListenSettings() {}

  /** The public listener; empty when something in it is wrong, which is noted. */
  static Optional<FrontConfig> front(Fields fields, JsonObject json) {
    var listen = several(fields, json);
    boolean insecure = fields.flag("insecure_http", false);
    var proxies = fields.texts("trusted_proxies");
    var limits = fields.table("limits");
    var usual = Bounds.DEFAULT;
    int requests = (int) limits.number("requests", usual.requests(), 1, 65_536);
    int connections = (int) limits.number("connections", usual.connections(), 1, 1_000_000);
    int body = (int) limits.number("body_bytes", usual.bodyBytes(), 1024, 64 << 20);
    fields.take(limits);
    var bounds =
        new Bounds(
            connections,
            requests,
            body,
            usual.headerBytes(),
            Math.max(usual.largeBodiesBytes(), 4L * body));
    var tls = fields.has("tls") ? tls(fields) : Optional.<TlsSettings>empty();
    var config = FrontConfig.plain("kbs", listen.toArray(String[]::new)).withBounds(bounds);
    config = config.withDeadlines(Deadlines.DEFAULT).withTrustedProxies(proxies);
    if (insecure) config = config.withInsecureHttp();
    return Optional.of(tls.isPresent() ? config.withTls(tls.get()) : config);
  }

  private static List<String> several(Fields fields, JsonObject json) {
    return json.array("listen").isPresent()
        ? fields.texts("listen")
        : List.of(fields.text("listen", DEFAULT));
  }

  /** The management listener; {@code management = ""} has none. Plain: it tells no secrets. */
  static Optional<FrontConfig> management(Fields fields) {
    String listen = fields.text("management", MANAGEMENT);
    return listen.isEmpty()
        ? Optional.empty()
        : Optional.of(FrontConfig.plain("management", listen).withInsecureHttp());
  }

  private static Optional<TlsSettings> tls(Fields fields) {
    var tls = fields.table("tls");
    Path certificate = Path.of(tls.text("certificate"));
    Path key = Path.of(tls.text("private_key"));
    String profile = tls.text("profile", "intermediate");
    String clients = tls.text("client_auth", "none");
    String authorities = tls.text("client_ca", "");
    var settings = TlsSettings.of(certificate, key);
    try {
      settings = settings.withProfile(TlsProfile.valueOf(profile.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      tls.wrong("profile", "modern, intermediate or old", "another text");
    }
    switch (clients) {
      case "none" -> {}
      case "optional", "required" -> {
        var wanted =
            clients.equals("optional")
                ? TlsSettings.Clients.MAY_SHOW_CERTIFICATE
                : TlsSettings.Clients.MUST_SHOW_CERTIFICATE;
        if (authorities.isEmpty())
          tls.wrong("client_ca", "a file of authorities, for client_auth", "absent");
        else settings = settings.withClients(wanted, Path.of(authorities));
      }
      default -> tls.wrong("client_auth", "none, optional or required", "another text");
    }
    fields.take(tls);
    return Optional.of(settings);
  }
}
