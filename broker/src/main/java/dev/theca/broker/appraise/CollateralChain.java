package dev.theca.broker.appraise;

import dev.theca.collateral.BundleSource;
import dev.theca.collateral.DirectorySource;
import dev.theca.collateral.FirstOf;
import dev.theca.collateral.KdsSource;
import dev.theca.collateral.PcsSource;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceCode;
import dev.theca.wire.Outcome;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sources of collateral as a configuration names them, asked in this order:
 *
 * <ul>
 *   <li>{@code https://pccs.example:8081}: Intel's service or a cache of it
 *   <li>{@code kds:https://kdsintf.amd.com}: AMD's key distribution service or a cache of it
 *   <li>{@code directory:/path}: a folder that {@code theca collateral fetch} wrote
 *   <li>{@code bundle:/path}: Intel's offline file, read anew when it changes
 * </ul>
 *
 * No source is trusted: what they give is verified under the trust roots.
 */
public final class CollateralChain {
  private CollateralChain() {}

  /** The chain; refuses an entry that names no source. Nothing is fetched yet. */
  public static Outcome<CollateralSource> of(List<String> entries) {
    var all = new ArrayList<CollateralSource>();
    for (String entry : entries) {
      var one = source(entry);
      if (one instanceof Outcome.Refused<CollateralSource> refused) return refused;
      all.add(one.orThrow());
    }
    return Outcome.granted(new FirstOf(all));
  }

  private static Outcome<CollateralSource> source(String entry) {
    if (entry.startsWith("directory:")) {
      Path folder = Path.of(entry.substring("directory:".length()));
      return Files.isDirectory(folder)
          ? Outcome.granted(new DirectorySource(folder))
          : bad("a folder", folder + ", which is none");
    }
    if (entry.startsWith("bundle:")) return bundle(Path.of(entry.substring("bundle:".length())));
    boolean amd = entry.startsWith("kds:");
    String address = amd ? entry.substring("kds:".length()) : entry;
    if (!address.startsWith("https://") && !address.startsWith("http://"))
      return bad("https://..., kds:https://..., directory:..., or bundle:...", entry);
    try {
      var uri = URI.create(address);
      return Outcome.granted(amd ? new KdsSource(uri) : new PcsSource(uri));
    } catch (IllegalArgumentException e) {
      return bad("an address (RFC 3986)", entry);
    }
  }

  private static Outcome<CollateralSource> bundle(Path file) {
    var bundle = new BundleFile(file);
    return bundle.read().map((BundleSource read) -> bundle);
  }

  private static Outcome<CollateralSource> bad(String expected, String found) {
    return Outcome.refused(
        EvidenceCode.COLLATERAL_MISSING,
        "source of collateral",
        expected,
        found,
        "correct the configuration");
  }
}
