package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.FrontConfig;
import dev.theca.broker.http.TlsSettings;
import dev.theca.wire.json.JsonObject;
import java.util.List;
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
    var bounds = FrontLimits.bounds(fields);
    var deadlines = FrontLimits.deadlines(fields);
    var tls =
        fields.has("tls") ? Optional.of(TlsTable.read(fields)) : Optional.<TlsSettings>empty();
    var config = FrontConfig.plain("kbs", listen.toArray(String[]::new)).withBounds(bounds);
    config = config.withDeadlines(deadlines).withTrustedProxies(proxies);
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
}
