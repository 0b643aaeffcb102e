package dev.theca.cli.verify;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.AzureVtpm;
import dev.theca.evidence.CcaToken;
import dev.theca.evidence.Channel;
import dev.theca.evidence.Collateral;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.CsvReport;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.NitroDocument;
import dev.theca.evidence.NoCollateral;
import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SeEvidence;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TpmEvidence;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.Optional;

/** Finds the collateral that a piece of evidence needs, and judges. */
final class Judging {
  private Judging() {}

  static Appraisal judge(
      Verifier verifier,
      Evidence evidence,
      Given given,
      Instant at,
      Expected expected,
      Policy policy) {
    var prepared = collateral(evidence, given).then(raw -> verifier.prepare(raw, at));
    return switch (prepared) {
      case Outcome.Granted<VerifiedCollateral>(var vc) ->
          verifier.verify(evidence, vc, at, expected, policy);
      case Outcome.Refused<VerifiedCollateral>(var reasons) -> Explain.unverifiable(reasons);
    };
  }

  private static Outcome<Collateral> collateral(Evidence evidence, Given given) {
    var source = given.source();
    return switch (evidence) {
      case IntelQuote quote ->
          quote
              .platform()
              .then(
                  model ->
                      source
                          .map(s -> s.intel(model, Channel.STANDARD))
                          .orElseGet(
                              () ->
                                  CollateralSource.missing(
                                      "collateral",
                                      "--collateral for FMSPC "
                                          + model.fmspc()
                                          + " ("
                                          + model.type().word()
                                          + ", "
                                          + model.ca()
                                          + " CA)",
                                      "none")))
              .map(c -> c);
      case SnpReport report -> snp(report, source).map(e -> e);
      case AzureVtpm azure -> collateral(azure.inner(), given);
      case NvidiaReport report -> Outcome.granted(new NoCollateral());
      case NitroDocument document -> Outcome.granted(new NoCollateral());
      case TpmEvidence quote -> given.tpm();
      case CcaToken token -> given.cca();
      case CsvReport report -> given.csv();
      case SeEvidence answer ->
          CollateralSource.missing(
              "verifier's key",
              "the key that made the request, through the library",
              "none on the command line");
    };
  }

  /** The endorsement that came along, else the source's. */
  private static Outcome<SnpEndorsement> snp(SnpReport report, Optional<CollateralSource> source) {
    var kind =
        report.signingKey().orElseThrow() == SnpReport.KeyKind.VLEK
            ? SnpReport.Certificate.VLEK
            : SnpReport.Certificate.VCEK;
    var carried = Optional.ofNullable(report.carried().get(kind));
    if (carried.isPresent()) return Outcome.granted(SnpEndorsement.of(carried.get()));
    if (source.isEmpty())
      return CollateralSource.missing("endorsement", "--collateral with the " + kind, "none");
    var product = report.product();
    if (product.isPresent()) return source.get().snp(report.key(product.get()));
    // a report of version 2 names no product: the endorsement will
    Outcome<SnpEndorsement> last = source.get().snp(report.key(SnpReport.Product.MILAN));
    return last.isGranted() ? last : source.get().snp(report.key(SnpReport.Product.GENOA));
  }

  static Optional<Certificate> vek(SnpEndorsement endorsement) {
    return EvidenceFile.certificate(endorsement.vek());
  }
}
