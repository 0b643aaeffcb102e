package dev.theca.cli.verify;

import dev.theca.cli.collateral.Sources;
import dev.theca.evidence.Appraisal;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verdict;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca verify}: judges evidence and explains each step. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Judges the evidence of a TEE and explains every step.",
      "",
      "Examples:",
      "  theca verify --evidence quote.bin --collateral ./collateral --expect-report-data 00ab..",
      "  theca verify --evidence report.bin --tee snp --collateral https://kdsintf.amd.com --json",
      "  theca verify --evidence quote.json --tee tpm --anchor ak.pem --expect-report-data 00ab..",
      "  theca verify --cases cases.json --json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:trusted; with --cases: every case as expected",
      "1:trusted, with warnings",
      "2:not trusted; with --cases: a case is not as expected",
      "3:cannot be judged: something is missing, such as collateral",
      "64:wrong usage"
    })
public final class VerifyCommand implements Callable<Integer> {
  static final int USAGE = 64;

  @Option(
      names = "--evidence",
      paramLabel = "FILE",
      description = "quote, report, token, or its JSON form")
  private @Nullable Path evidence;

  @Option(
      names = "--tee",
      paramLabel = "TEE",
      description = "sgx, tdx, snp, ... ; without it the file's form decides")
  private @Nullable String tee;

  @Option(
      names = "--collateral",
      paramLabel = "DIR|URL|FILE",
      description =
          "folder of 'theca collateral fetch', address of a PCS, PCCS or KDS, bundle, or a VCEK")
  private @Nullable String collateral;

  @Option(
      names = "--anchor",
      paramLabel = "FILE",
      description =
          "what is believed beforehand. TPM: an enrolled key or its certificate (repeatable);"
              + " CCA: a store of platform keys; CSV: the chip's HSK and CEK")
  private List<Path> anchors = List.of();

  @Option(
      names = "--reference-values",
      paramLabel = "FILE",
      description = "CCA: a store of accepted firmware measurements")
  private @Nullable Path referenceValues;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description = "judge as of this time (ISO 8601; default: now)")
  private @Nullable String time;

  @Option(
      names = "--policy",
      paramLabel = "P",
      defaultValue = "standard",
      description = "strict, standard or qvl-compat (default: ${DEFAULT-VALUE})")
  private String policy = "standard";

  @Option(
      names = "--expect-report-data",
      paramLabel = "HEX",
      description = "what the evidence must be bound to; without it nothing is trusted")
  private @Nullable String reportData;

  @Option(names = "--expect-init-data", paramLabel = "HEX", description = "digest of the init data")
  private @Nullable String initData;

  @Option(
      names = "--vmpl",
      paramLabel = "N",
      defaultValue = "0",
      description = "privilege level of an SNP report")
  private int vmpl;

  @Option(
      names = "--trust-root",
      paramLabel = "sim:NAME=FILE",
      description = "trust this simulated root too, by its certificate")
  private List<String> trustRoots = List.of();

  @Option(
      names = "--cases",
      paramLabel = "FILE",
      description = "run a file of cases, or a folder of SNP reports; one line of JSON for each")
  private @Nullable Path cases;

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  /** For the command line. */
  public VerifyCommand() {}

  @Override
  public Integer call() throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    try {
      if (cases != null) return Cases.run(cases, at(), out, err);
      return one(out);
    } catch (Usage e) {
      err.println("theca verify: " + e.getMessage());
      return USAGE;
    }
  }

  /** What the user asked cannot be understood. */
  static final class Usage extends Exception {
    private static final long serialVersionUID = 1L;

    Usage(String message) {
      super(message);
    }
  }

  private int one(PrintStream out) throws IOException, Usage {
    if (evidence == null) throw new Usage("say what to verify: --evidence FILE, or --cases FILE");
    if (!Files.isReadable(evidence)) throw new Usage("cannot read " + evidence);
    for (Path anchor : anchors)
      if (!Files.isReadable(anchor)) throw new Usage("cannot read " + anchor);
    if (referenceValues != null && !Files.isReadable(referenceValues))
      throw new Usage("cannot read " + referenceValues);
    byte[] bytes = Files.readAllBytes(evidence);
    var type = type();
    var parsed = EvidenceFile.parse(bytes, type);
    Verifier verifier = Verifier.of(roots());
    Instant now = at().orElseGet(Instant::now);
    var chosen = policy();
    var expected = expected();
    var appraisal =
        switch (parsed) {
          case Outcome.Refused<Evidence>(var reasons) -> Explain.unreadable(reasons);
          case Outcome.Granted<Evidence>(var read) ->
              Judging.judge(
                  verifier,
                  read,
                  new Given(Sources.of(collateral), anchors, Optional.ofNullable(referenceValues)),
                  now,
                  expected,
                  chosen);
        };
    if (json) out.println(Explain.json(parsed, appraisal, now, chosen));
    else Explain.print(out, evidence, parsed, appraisal, now, chosen);
    return code(appraisal);
  }

  private static int code(Appraisal appraisal) {
    return switch (appraisal.verdict()) {
      case TRUSTED -> 0;
      case TRUSTED_WITH_WARNINGS -> 1;
      case UNTRUSTED -> 2;
      case UNVERIFIABLE -> 3;
    };
  }

  static String word(Verdict verdict) {
    return verdict.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private Optional<EvidenceType> type() throws Usage {
    if (tee == null) return Optional.empty();
    var type = EvidenceType.of(tee);
    if (type.isEmpty()) throw new Usage("--tee takes sgx, tdx, snp and the like, not " + tee);
    return type;
  }

  private Optional<Instant> at() throws Usage {
    if (time == null) return Optional.empty();
    try {
      return Optional.of(
          time.matches("[0-9]{1,12}")
              ? Instant.ofEpochSecond(Long.parseLong(time))
              : Instant.parse(time));
    } catch (DateTimeParseException e) {
      throw new Usage("--time takes 2026-11-21T12:00:00Z or seconds, not " + time);
    }
  }

  private Policy policy() throws Usage {
    Policy preset =
        switch (policy) {
          case "strict" -> Policy.STRICT;
          case "standard" -> Policy.STANDARD;
          case "qvl-compat" -> Policy.QVL_COMPAT;
          default ->
              throw new Usage("--policy takes strict, standard or qvl-compat, not " + policy);
        };
    return vmpl == 0 ? preset : preset.with(p -> p.vmpl(vmpl));
  }

  private Expected expected() throws Usage {
    var expected = reportData == null ? Expected.UNBOUND : Expected.reportData(hex(reportData));
    return initData == null ? expected : expected.withInitData(hex(initData));
  }

  private static byte[] hex(String text) throws Usage {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new Usage("expected data is given in hex, an even number of digits");
    }
  }

  private TrustRoots roots() throws IOException, Usage {
    var roots = TrustRoots.vendors();
    for (String one : trustRoots) {
      int equals = one.indexOf('=');
      if (equals < 0) throw new Usage("--trust-root takes sim:NAME=FILE, not " + one);
      var certificate =
          EvidenceFile.certificate(Files.readAllBytes(Path.of(one.substring(equals + 1))));
      if (certificate.isEmpty()) throw new Usage("no certificate in " + one.substring(equals + 1));
      try {
        roots = roots.with(one.substring(0, equals), certificate.get().spki());
      } catch (IllegalArgumentException e) {
        throw new Usage(String.valueOf(e.getMessage()));
      }
    }
    return roots;
  }
}
