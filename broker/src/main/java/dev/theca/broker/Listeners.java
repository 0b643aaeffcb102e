package dev.theca.broker;

import dev.theca.broker.gramine.AppraisedPeers;
import dev.theca.broker.gramine.GramineListener;
import dev.theca.broker.grpc.AttestationPort;
import dev.theca.broker.grpc.GrpcServer;
import dev.theca.broker.grpc.RestAttestation;
import dev.theca.broker.http.Front;
import dev.theca.broker.http.FrontConfig;
import dev.theca.broker.http.FrontParts;
import dev.theca.broker.http.Management;
import dev.theca.broker.http.ServerIdentity;
import dev.theca.broker.http.TlsSettings;
import dev.theca.broker.meter.OtlpExporter;
import dev.theca.broker.meter.Spans;
import dev.theca.broker.meter.Tracer;
import dev.theca.broker.resource.ResourceValue;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.setup.ServiceSettings;
import dev.theca.broker.setup.Version;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;

/** What of a broker is reached from outside, and what runs beside it; closed in turn. */
final class Listeners implements AutoCloseable {
  private static final int SPANS = 4096;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, String> others = new LinkedHashMap<>();
  private String url = "";

  private Listeners() {}

  static Listeners open(BrokerSettings settings, House house) throws IOException {
    var listeners = new Listeners();
    boolean done = false;
    try {
      listeners.start(settings, house);
      done = true;
      return listeners;
    } finally {
      if (!done) listeners.close();
    }
  }

  String url() {
    return url;
  }

  /** The addresses of the other listeners by their names. */
  Map<String, String> others() {
    return others;
  }

  private void start(BrokerSettings settings, House house) throws IOException {
    house.metrics().build(Version.NUMBER, "", "");
    var tracer = telemetry(settings, house);
    var api = kept(Api.of(settings, house));
    var limiter = settings.rates().limiter();
    var parts =
        new FrontParts(new Limited(api.router(), limiter), limiter, house.metrics(), tracer);
    var front = kept(Front.start(settings.front(), parts).orThrow());
    url = front.url();
    house
        .metrics()
        .gauge("kbs_http_active_connections", "Open connections", Map.of(), front::connections);
    if (settings.management().isPresent()) {
      var management = new Management(house.metrics()::text, () -> house.database().available());
      var listener =
          kept(Front.start(settings.management().get(), FrontParts.of(management)).orThrow());
      others.put("management", listener.url());
    }
    service(settings.service(), house);
    if (settings.gramine().isPresent()) gramine(settings, house);
    kept(Chores.start(settings, house, api.kbs()));
  }

  private Tracer telemetry(BrokerSettings settings, House house) {
    var meter = settings.meter();
    if (meter.otlp().isEmpty()) return Tracer.NONE;
    var spans =
        meter.spans() > 0
            ? Optional.of(new Spans(SPANS, meter.spans(), house.clock()))
            : Optional.<Spans>empty();
    kept(
        OtlpExporter.start(
            meter.otlp().get(), house.metrics(), spans, meter.every(), house.clock()));
    return spans.<Tracer>map(s -> s).orElse(Tracer.NONE);
  }

  /** The attestation service for other relying parties. */
  private void service(ServiceSettings service, House house) {
    if (service.grpc().isEmpty() && service.rest().isEmpty()) return;
    var port =
        new AttestationPort(
            new ServiceJudgements(
                house.attestation(),
                house.trail(),
                house.reasons(),
                service.tls().flatMap(TlsSettings::clientCa).isPresent()),
            house.signers(),
            new ServicePolicies(house, service.setters()),
            new ServiceReferences(house, service.setters()),
            ServicePolicies::noChallenge,
            house.clock());
    if (!service.grpc().isEmpty()) {
      var address = address(service.grpc());
      var server =
          kept(
              GrpcServer.start(
                  new GrpcServer.Settings(address, service.tls(), service.insecure(), 128),
                  port,
                  () -> house.database().available()));
      others.put("grpc", address.getHostString() + ":" + server.port());
    }
    if (service.rest().isEmpty()) return;
    var config = FrontConfig.plain("attestation-service", service.rest());
    if (service.insecure()) config = config.withInsecureHttp();
    if (service.tls().isPresent()) config = config.withTls(service.tls().get());
    var rest = kept(Front.start(config, FrontParts.of(new RestAttestation(port))).orThrow());
    others.put("rest", rest.url());
  }

  /** Gramine's clients see the certificate of the public listener. */
  private void gramine(BrokerSettings settings, House house) {
    var provisioning = settings.gramine().orElseThrow();
    var tls =
        settings
            .front()
            .tls()
            .orElseThrow(
                () -> new IllegalArgumentException("[gramine] needs the certificate of [tls]"));
    var listener =
        kept(
            GramineListener.start(
                provisioning,
                () -> identity(tls),
                new AppraisedPeers(house.attestation(), provisioning.policyIds()),
                house.release(),
                (path, actor) -> secret(house, path),
                house.trail(),
                house.reasons(),
                house.metrics(),
                house.clock()));
    others.put("gramine", listener.address().getPort() + "");
  }

  private static Optional<Secret> secret(House house, String path) {
    return house.resources().get(path) instanceof Outcome.Granted<ResourceValue>(var given)
        ? Optional.of(given.value())
        : Optional.empty();
  }

  private static KeyManager[] identity(TlsSettings tls) {
    try {
      return ServerIdentity.of(tls.certificate(), tls.key());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the certificate and key of [tls] do not load", e);
    }
  }

  private static InetSocketAddress address(String listen) {
    var uri = URI.create("grpc://" + listen);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  private <T extends AutoCloseable> T kept(T part) {
    open.add(part);
    return part;
  }

  @Override
  public void close() {
    for (var part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("stage=end outcome=fault reason=\"" + e + "\"");
      }
    }
  }
}
