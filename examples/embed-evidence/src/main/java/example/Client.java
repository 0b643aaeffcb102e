package example;

import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.Policy;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verifier;
import dev.theca.evidence.ratls.AttestedIdentity;
import dev.theca.evidence.ratls.RaTls;
import dev.theca.wire.x509.Certificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Reads what an attested service says. */
public final class Client {
  private Client() {}

  public static void main(String[] args) throws IOException {
    String host = args[0];
    int port = Integer.parseInt(args[1]);
    String measurement = args[2];
    var source = new DirectorySource(Path.of(args[3]));
    var roots = args.length > 4 ? simulated(args[4]) : TrustRoots.vendors();

    var verifier = Verifier.of(roots);
    var peers =
        RaTls.of(
            verifier,
            source,
            Policy.STANDARD,
            AttestedIdentity.mrEnclave(measurement),
            Clock.systemUTC());
    var tls = peers.context();

    try (var socket = tls.getSocketFactory().createSocket(host, port)) {
      System.out.println(
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      System.err.println("refused: " + e.getMessage());
      System.exit(2);
    }
  }

  private static TrustRoots simulated(String named) throws IOException {
    int equals = named.indexOf('=');
    byte[] der = Files.readAllBytes(Path.of(named.substring(equals + 1)));
    return TrustRoots.vendors()
        .with(named.substring(0, equals), Certificate.parse(der).orThrow().spki());
  }
}
