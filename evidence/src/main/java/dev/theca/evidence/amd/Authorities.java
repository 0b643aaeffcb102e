package dev.theca.evidence.amd;

import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The public certificates of AMD's authorities that this library carries, so that a report can be
 * verified offline. Trust does not come from here: the root is trusted by its key.
 */
final class Authorities {
  private static final List<Certificate> ALL =
      List.of(
          load("ARK-Milan"),
          load("ARK-Genoa"),
          load("ARK-Turin"),
          load("SEV-Milan"),
          load("SEV-Genoa"),
          load("SEV-Turin"),
          load("SEV-VLEK-Milan"));

  private Authorities() {}

  /** The carried certificate of the one who issued this. */
  static Optional<Certificate> issuerOf(Certificate certificate) {
    return ALL.stream().filter(c -> c.subject().equals(certificate.issuer())).findFirst();
  }

  static List<Certificate> all() {
    return ALL;
  }

  private static Certificate load(String name) {
    try (var in = Authorities.class.getResourceAsStream(name + ".der")) {
      if (in == null) throw new IllegalStateException("the library lacks " + name);
      return Certificate.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DerReader.Malformed e) {
      throw new IllegalStateException(name, e);
    }
  }
}
