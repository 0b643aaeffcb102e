package dev.theca.broker;

import dev.theca.collateral.PcsSource;
import dev.theca.evidence.TrustRoots;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.service.Service;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;

/** Puts the broker's parts together and runs them until asked to end. */
final class Broker {
  private Broker() {}

  /**
   * Keys of the configuration: listen, state, admin_token_file, collateral, and tables [[roots]]
   * with name and certificate.
   */
  static Service.Running start(JsonObject config) throws IOException {
    Path state = Files.createDirectories(Path.of(config.requireString("state").orThrow()));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
    var references = new ReferenceValues(state.resolve("reference-values.json"));
    var source = new PcsSource(URI.create(config.requireString("collateral").orThrow()));
    Path tokenFile = Path.of(config.requireString("admin_token_file").orThrow());
    var kbs =
        new KbsApi(
            new Sessions(),
            new AttestationService(roots(config), source, references),
            new ResourceStore(state),
            references,
            new Tokens(state.resolve("token.jwk")),
            new Admin(adminToken(tokenFile)),
            Audit.open(state.resolve("audit.jsonl")));
    var front = HttpFront.start(config.string("listen").orElse("127.0.0.1:8080"), kbs);
    var boot =
        JsonObject.builder()
            .put("url", front.url())
            .put("admin_token_file", tokenFile.toString())
            .build();
    return new Service.Running(boot, front);
  }

  /** Intel's root, and each simulated one that the configuration names; a warning for those. */
  private static TrustRoots roots(JsonObject config) throws IOException {
    var roots = TrustRoots.intel();
    for (JsonValue item : config.array("roots").orElse(List.of())) {
      if (!(item instanceof JsonObject root)) continue;
      String name = root.requireString("name").orThrow();
      String pem = Files.readString(Path.of(root.requireString("certificate").orThrow()));
      byte[] der = Pem.read("CERTIFICATE", pem).map(List::getFirst).orElseThrow();
      try {
        var certificate =
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
        roots = roots.with(name, certificate.getPublicKey());
      } catch (CertificateException e) {
        throw new IllegalArgumentException(
            "the certificate of root " + name + " does not parse", e);
      }
      System.err.println(
          "stage=start warning=\"simulated root "
              + name
              + " is trusted: its evidence protects nothing from root on that machine\"");
    }
    return roots;
  }

  private static Secret adminToken(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] raw = new byte[32];
      new SecureRandom().nextBytes(raw);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, HexFormat.of().formatHex(raw).getBytes(StandardCharsets.US_ASCII));
    }
    return Secret.moveFrom(Files.readAllBytes(file));
  }
}
