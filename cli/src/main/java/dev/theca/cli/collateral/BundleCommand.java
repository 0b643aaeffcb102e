package dev.theca.cli.collateral;

import dev.theca.collateral.BundleSource;
import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca collateral bundle}: one file for a site without a network. */
@Command(
    name = "bundle",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a folder's Intel collateral into one file, in the form of Intel's offline tools.",
      "",
      "Example: theca collateral bundle ./collateral --to collateral.json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:written", "2:refused, with the reason", "64:wrong usage"})
public final class BundleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "folder of 'theca collateral fetch'")
  private Path folder = Path.of("");

  @Option(names = "--to", required = true, paramLabel = "FILE", description = "file to write")
  private Path to = Path.of("");

  /** For the command line. */
  public BundleCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) {
      System.err.println("theca collateral bundle: no such folder: " + folder);
      return 64;
    }
    var source = new DirectorySource(folder);
    var all = new LinkedHashMap<PlatformModel, IntelCollateral>();
    for (PlatformModel model : Folder.models(folder)) {
      switch (source.intel(model, Channel.STANDARD)) {
        case Outcome.Granted<IntelCollateral>(var c) -> all.put(model, c);
        case Outcome.Refused<IntelCollateral>(var reasons) -> {
          return FetchCommand.refused(reasons);
        }
      }
    }
    if (all.isEmpty()) {
      System.err.println("theca collateral bundle: no Intel collateral in " + folder);
      return 2;
    }
    Files.write(to, BundleSource.write(all));
    System.out.println("wrote " + to + " for " + all.size() + " models");
    return 0;
  }
}
