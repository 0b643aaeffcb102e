package dev.theca.cli.collateral;

import dev.theca.cli.verify.EvidenceFile;
import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca collateral fetch}: from a service into a folder that {@code verify} reads. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches the collateral of a platform into a folder.",
      "",
      "Examples:",
      "  theca collateral fetch --evidence quote.bin --from https://api.trustedservices.intel.com --to ./collateral",
      "  theca collateral fetch --fmspc 00606A000000 --tee sgx --ca platform --from http://127.0.0.1:8081 --to ./collateral"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:fetched", "2:refused, with the reason", "64:wrong usage"})
public final class FetchCommand implements Callable<Integer> {
  @Option(
      names = "--evidence",
      paramLabel = "FILE",
      description = "a quote or report of the platform")
  private @Nullable Path evidence;

  @Option(
      names = "--fmspc",
      paramLabel = "HEX",
      description = "the platform's model, 12 hex digits")
  private @Nullable String fmspc;

  @Option(
      names = "--tee",
      paramLabel = "TEE",
      defaultValue = "sgx",
      description = "sgx or tdx (default: ${DEFAULT-VALUE})")
  private String tee = "sgx";

  @Option(
      names = "--ca",
      paramLabel = "CA",
      defaultValue = "platform",
      description = "platform or processor (default: ${DEFAULT-VALUE})")
  private String ca = "platform";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL|DIR|FILE",
      description = "PCS, PCCS, KDS, folder or bundle")
  private String from = "";

  @Option(names = "--to", required = true, paramLabel = "DIR", description = "folder to write into")
  private Path to = Path.of("");

  @Option(names = "--early", description = "the early edition of a TCB recovery")
  private boolean early;

  /** For the command line. */
  public FetchCommand() {}

  @Override
  public Integer call() throws IOException {
    var source = Sources.of(from).orElseThrow();
    var target = new DirectorySource(to);
    var channel = early ? Channel.EARLY : Channel.STANDARD;
    if (evidence != null) {
      var parsed = EvidenceFile.parse(Files.readAllBytes(evidence), java.util.Optional.empty());
      if (parsed instanceof Outcome.Granted<Evidence>(SnpReport report)) {
        return snp(report, source, target);
      }
      var named =
          parsed.then(
              e ->
                  e instanceof IntelQuote quote
                      ? quote.platform()
                      : Outcome.<PlatformModel>refused(
                          dev.theca.evidence.EvidenceCode.UNSUPPORTED_TEE,
                          "evidence",
                          "a quote or an SNP report",
                          e.type().word(),
                          "name the platform with --fmspc"));
      return switch (named) {
        case Outcome.Granted<PlatformModel>(var m) -> intel(m, channel, source, target);
        case Outcome.Refused<PlatformModel>(var reasons) -> refused(reasons);
      };
    }
    var type = EvidenceType.of(tee);
    String model = fmspc == null ? "" : fmspc.toUpperCase(Locale.ROOT);
    boolean usable =
        model.matches("[0-9A-F]{12}")
            && type.filter(t -> t == EvidenceType.SGX || t == EvidenceType.TDX).isPresent()
            && List.of("platform", "processor").contains(ca);
    if (!usable) {
      System.err.println(
          "theca collateral fetch: name a platform: --evidence FILE, or --fmspc with 12 hex digits, --tee sgx|tdx, --ca platform|processor");
      return 64;
    }
    return intel(new PlatformModel(type.orElseThrow(), model, ca), channel, source, target);
  }

  private static int intel(
      PlatformModel model,
      Channel channel,
      dev.theca.evidence.CollateralSource source,
      DirectorySource target)
      throws IOException {
    return switch (source.intel(model, channel)) {
      case Outcome.Granted<IntelCollateral>(var c) -> {
        target.write(model, channel, c);
        System.out.println(
            "fetched " + model.type().word() + " collateral of FMSPC " + model.fmspc());
        yield 0;
      }
      case Outcome.Refused<IntelCollateral>(var reasons) -> refused(reasons);
    };
  }

  /** A report of version 2 names no product; the service knows the chip under one only. */
  private static int snp(
      SnpReport report, dev.theca.evidence.CollateralSource source, DirectorySource target)
      throws IOException {
    var reasons = new ArrayList<Refusal>();
    for (var product :
        report
            .product()
            .map(List::of)
            .orElse(List.of(SnpReport.Product.MILAN, SnpReport.Product.GENOA))) {
      switch (source.snp(report.key(product))) {
        case Outcome.Granted<SnpEndorsement>(var e) -> {
          target.write(report.key(product), e);
          System.out.println("fetched the endorsement of a " + product.word());
          return 0;
        }
        case Outcome.Refused<SnpEndorsement>(var why) -> reasons.addAll(why);
      }
    }
    return refused(reasons);
  }

  static int refused(List<Refusal> reasons) {
    for (Refusal reason : reasons) System.err.println(reason);
    return 2;
  }
}
