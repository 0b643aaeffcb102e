package dev.theca.broker.appraise;

import dev.theca.evidence.AzureVtpm;
import dev.theca.evidence.CcaToken;
import dev.theca.evidence.CsvReport;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.NitroDocument;
import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SeEvidence;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.TpmEvidence;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which workload on which platform attested, for people and to keep one recording of each. From
 * evidence that nobody has verified: it names, and proves nothing.
 */
final class Subject {
  private static final HexFormat HEX = HexFormat.of();

  private Subject() {}

  /** Of the first attester; empty where its evidence cannot be read. */
  static Optional<String> of(List<Attester> attesters) {
    var first = attesters.getFirst();
    var type = EvidenceType.of(first.tee());
    if (type.isEmpty()) return Optional.empty();
    if (type.get() == EvidenceType.NVIDIA) return Optional.of("nvidia");
    if (first.evidence() instanceof JsonObject json
        && EvidenceParser.parse(type.get(), json) instanceof Outcome.Granted<Evidence>(var parsed))
      return Optional.of(named(attesters, of(parsed, IntelQuote::platform)));
    return Optional.empty();
  }

  /** The same, of what was parsed already. */
  static String of(List<Attester> attesters, Genuine first) {
    return first.type() == EvidenceType.NVIDIA ? "nvidia" : named(attesters, first.subject());
  }

  private static String named(List<Attester> attesters, String first) {
    return attesters.getFirst().tee() + " " + first + others(attesters);
  }

  private static String others(List<Attester> attesters) {
    return attesters.size() == 1 ? "" : " and " + (attesters.size() - 1) + " more";
  }

  /**
   * @param models says which platform a quote names
   */
  static String of(Evidence evidence, Function<IntelQuote, Outcome<PlatformModel>> models) {
    return switch (evidence) {
      case SgxQuote quote ->
          "mr_enclave "
              + HEX.formatHex(quote.report().mrEnclave())
              + " mr_signer "
              + HEX.formatHex(quote.report().mrSigner())
              + model(models.apply(quote));
      case TdxQuote quote -> {
        var registers = Digest.hasher("sha256");
        quote.report().rtmrs().forEach(registers::update);
        yield "mr_td "
            + HEX.formatHex(quote.report().mrTd())
            + " rtmrs "
            + HEX.formatHex(registers.digest(), 0, 8)
            + model(models.apply(quote));
      }
      case SnpReport report ->
          "measurement "
              + HEX.formatHex(report.measurement())
              + " chip "
              + HEX.formatHex(report.chipId(), 0, 8);
      case AzureVtpm azure -> "over " + of(azure.inner(), models);
      case TpmEvidence tpm -> "key " + Digest.sha256(tpm.akSpki()).hex();
      case CcaToken token -> "realm " + HEX.formatHex(token.realm().initialMeasurement());
      case CsvReport report -> "measure " + HEX.formatHex(report.measure());
      case SeEvidence answer -> "configuration " + HEX.formatHex(answer.configurationId());
      case NvidiaReport report -> "gpu " + report.architecture();
      case NitroDocument _ -> "enclave";
    };
  }

  private static String model(Outcome<PlatformModel> platform) {
    return platform instanceof Outcome.Granted<PlatformModel>(var model)
        ? " fmspc " + model.fmspc()
        : "";
  }
}
