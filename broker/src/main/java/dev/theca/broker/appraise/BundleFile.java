package dev.theca.broker.appraise;

import dev.theca.collateral.BundleSource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** An offline bundle in a file, read anew when the file has changed. Safe for many threads. */
final class BundleFile implements CollateralSource {
  private static final long MAX = 64L << 20;

  private final Path file;
  private volatile Read last = new Read(FileTime.fromMillis(0), missing("nothing read yet"));

  private record Read(FileTime changed, Outcome<BundleSource> bundle) {}

  BundleFile(Path file) {
    this.file = file;
  }

  /** The bundle as it stands in the file now. */
  Outcome<BundleSource> read() {
    try {
      var changed = Files.getLastModifiedTime(file);
      var known = last;
      if (known.changed.equals(changed)) return known.bundle;
      if (Files.size(file) > MAX) return missing("more than " + MAX + " bytes");
      var read = new Read(changed, BundleSource.of(Files.readAllBytes(file)));
      last = read;
      return read.bundle;
    } catch (IOException e) {
      return missing("none that can be read: " + e.getClass().getSimpleName());
    }
  }

  private static <T> Outcome<T> missing(String found) {
    return CollateralSource.missing("bundle of collateral", "a file", found);
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    return read().then(bundle -> bundle.intel(model, channel));
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    return CollateralSource.missing("endorsement", "a source of AMD's", "Intel's bundle");
  }
}
