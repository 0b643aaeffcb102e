package dev.theca.cli.collateral;

import dev.theca.collateral.BundleSource;
import dev.theca.collateral.DirectorySource;
import dev.theca.collateral.FirstOf;
import dev.theca.collateral.FixedSource;
import dev.theca.collateral.KdsSource;
import dev.theca.collateral.PcsSource;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A source of collateral as a user names it: an address, a folder, a bundle, or a certificate. */
public final class Sources {
  private Sources() {}

  public static Optional<CollateralSource> of(@Nullable String named) throws IOException {
    if (named == null) return Optional.empty();
    if (named.matches("https?://.*")) {
      URI uri = URI.create(named.endsWith("/") ? named.substring(0, named.length() - 1) : named);
      return Optional.of(new FirstOf(List.of(new PcsSource(uri), new KdsSource(uri))));
    }
    Path path = Path.of(named);
    if (Files.isDirectory(path)) return Optional.of(new DirectorySource(path));
    byte[] bytes = Files.readAllBytes(path);
    if (bytes.length > 0 && bytes[0] == '{')
      return switch (BundleSource.of(bytes)) {
        case Outcome.Granted<BundleSource>(var bundle) -> Optional.of(bundle);
        case Outcome.Refused<BundleSource>(var reasons) ->
            throw new IOException(path + ": " + reasons.getFirst());
      };
    return Optional.of(FixedSource.of(SnpEndorsement.of(DirectorySource.certificate(bytes))));
  }
}
