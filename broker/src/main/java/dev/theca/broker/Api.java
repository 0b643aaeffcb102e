package dev.theca.broker;

import dev.theca.broker.api.AdminRoutes;
import dev.theca.broker.api.AnchorRoutes;
import dev.theca.broker.api.AuditRoutes;
import dev.theca.broker.api.InfoRoutes;
import dev.theca.broker.api.KeyRoutes;
import dev.theca.broker.api.PolicyRoutes;
import dev.theca.broker.api.ReferenceRoutes;
import dev.theca.broker.api.ResourcePlugin;
import dev.theca.broker.api.ResourceRoutes;
import dev.theca.broker.api.RevocationRoutes;
import dev.theca.broker.api.Route;
import dev.theca.broker.api.Router;
import dev.theca.broker.api.TenantRoutes;
import dev.theca.broker.api.TokenRoutes;
import dev.theca.broker.api.TrialRoutes;
import dev.theca.broker.appraise.Replay;
import dev.theca.broker.audit.AuditExport;
import dev.theca.broker.kbs.KbsService;
import dev.theca.broker.kbs.Parts;
import dev.theca.broker.plugin.Plugins;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.token.Revocations;
import dev.theca.broker.token.TeeKey;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The HTTP operations of a broker. */
record Api(Router router, KbsService kbs, Map<String, Plugin> plugins) implements AutoCloseable {
  /** The order is kept for ever: cookies name TEEs by their place. */
  private static final List<String> TEES =
      List.of("sgx", "tdx", "snp", "az-snp-vtpm", "az-tdx-vtpm", "tpm", "cca", "csv", "nvidia");

  static Api of(BrokerSettings settings, House house) {
    var plugins = plugins(settings, house);
    var places = settings.tokens().teeKeyPlaces();
    var parts =
        new Parts(
            house.database(),
            house.keyring(),
            house.attestation(),
            house.signers(),
            house.verifiers(),
            claims -> TeeKey.find(claims, places).map(TeeKey::key),
            house.release(),
            house.admins(),
            house.trail(),
            house.reasons(),
            house.metrics(),
            house.clock());
    var kbs = new KbsService(parts, plugins, TEES, settings.session());
    var routes = new ArrayList<Route>();
    routes.addAll(kbs.routes());
    routes.addAll(new InfoRoutes().routes());
    routes.addAll(new PolicyRoutes(house.policies(), house.clock()).routes());
    routes.addAll(new ReferenceRoutes(house.references(), house.clock()).routes());
    routes.addAll(new ResourceRoutes(house.resources()).routes());
    routes.addAll(new TenantRoutes(house.resources().tenants()).routes());
    routes.addAll(new AnchorRoutes(house.anchors(), Anchors.TENANT).routes());
    routes.addAll(new AuditRoutes(new AuditExport(house.database()), house.reasons()).routes());
    routes.addAll(new AdminRoutes(house.admins().tokens(), house.clock()).routes());
    routes.addAll(
        new TokenRoutes(
                house.tokens(),
                house.signers(),
                house.trail(),
                settings.tokens().signing().issuer(),
                settings.front().tls().isPresent(),
                house.clock())
            .routes());
    routes.addAll(
        new RevocationRoutes(new Revocations(house.tokens()), house.trail(), house.clock())
            .routes());
    routes.addAll(new KeyRoutes(house.keyring(), house.kek(), house.trail()).routes());
    routes.addAll(
        new TrialRoutes(
                house.recordings(),
                new Replay(house.appraiser(), house.policies(), settings.budget()),
                house.clock())
            .routes());
    routes.add(kbs.plugins());
    var router = new Router(routes, house.admins(), house.reasons(), house.clock());
    return new Api(router, kbs, plugins);
  }

  private static Map<String, Plugin> plugins(BrokerSettings settings, House house) {
    var parts =
        new Plugins.Parts(
            house.database(),
            house.keyring(),
            house.trail(),
            new Anchors(house.anchors()),
            house.metrics(),
            house.clock());
    var tables = new ArrayList<>(settings.plugins());
    // agents keep the freshness of their volumes here, whatever else is configured
    if (tables.stream().noneMatch(t -> t.string("name").orElse("").equals("anchor")))
      tables.add(JsonObject.builder().put("name", "anchor").build());
    var all = new LinkedHashMap<>(Plugins.of(tables, parts).orThrow());
    all.put("resource", new ResourcePlugin(house.resources(), house.metrics()));
    return all;
  }

  @Override
  public void close() {
    plugins.values().forEach(Plugin::close);
  }
}
