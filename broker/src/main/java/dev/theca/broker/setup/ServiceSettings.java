package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [attestation_service]}: the attestation service and the reference values on ports of their
 * own, for other relying parties.
 *
 * @param grpc {@code host:port}; empty for none
 * @param rest the same
 * @param tls of both ports; with authorities, callers must show a certificate that verifies
 * @param setters whether callers of these ports may set policies and register reference values;
 *     otherwise only ask
 */
public record ServiceSettings(
    String grpc, String rest, Optional<TlsSettings> tls, boolean setters, boolean insecure) {
  static Optional<ServiceSettings> read(Fields fields) {
    var table = fields.table("attestation_service");
    String grpc = table.text("grpc", "");
    String rest = table.text("rest", "");
    String certificate = table.text("certificate", "");
    String key = table.text("private_key", "");
    String clients = table.text("client_ca", "");
    boolean setters = table.flag("insecure_setters", false);
    boolean insecure = table.flag("insecure_plain_text", false);
    if (certificate.isEmpty() != key.isEmpty())
      table.wrong("certificate", "both certificate and private_key, or none", "one of them");
    fields.take(table);
    var tls =
        certificate.isEmpty()
            ? Optional.<TlsSettings>empty()
            : Optional.of(tls(Path.of(certificate), Path.of(key), clients));
    return Optional.of(
        new ServiceSettings(grpc, rest, tls, setters || !clients.isEmpty(), insecure));
  }

  private static TlsSettings tls(Path certificate, Path key, String clientCa) {
    var tls = TlsSettings.of(certificate, key);
    return clientCa.isEmpty()
        ? tls
        : tls.withClients(TlsSettings.Clients.MUST_SHOW_CERTIFICATE, Path.of(clientCa));
  }
}
