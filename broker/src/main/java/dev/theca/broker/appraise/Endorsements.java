package dev.theca.broker.appraise;

import dev.theca.collateral.CachingSource;
import dev.theca.evidence.AzureVtpm;
import dev.theca.evidence.CcaToken;
import dev.theca.evidence.Collateral;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.CsvReport;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.NitroDocument;
import dev.theca.evidence.NoCollateral;
import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.SeEvidence;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TpmEvidence;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Finds the verified endorsements of evidence: cached, fetched, carried along, or configured. */
final class Endorsements {
  private final Verifier verifier;
  private final CachingSource cache;
  private final Anchors anchors;
  private final CollateralSettings settings;

  Endorsements(
      Verifier verifier,
      CollateralSource source,
      Anchors anchors,
      CollateralSettings settings,
      Optional<Editions> editions) {
    this.verifier = verifier;
    CachingSource.Admission any = (model, channel, made) -> Outcome.granted(made);
    this.cache =
        new CachingSource(
            verifier,
            source,
            settings.maxAge(),
            settings.allowRollback(),
            editions.filter(e -> !settings.allowRollback()).map(Editions::admission).orElse(any));
    this.anchors = anchors;
    this.settings = settings;
  }

  Outcome<VerifiedCollateral> of(Evidence evidence, Instant now) {
    return switch (evidence) {
      case IntelQuote quote ->
          verifier
              .claimedRoot(quote)
              .then(root -> verifier.platform(quote))
              .then(platform -> cache.intel(platform, settings.channel(), now));
      case SnpReport report -> snp(report, now);
      case AzureVtpm azure -> of(azure.inner(), now);
      case TpmEvidence _ -> verifier.prepare(anchors.tpm(), now);
      case CcaToken _ -> configured(anchors.cca(), "a store of CCA platforms", now);
      case SeEvidence _ -> configured(anchors.se(), "a verifier of Secure Execution", now);
      case CsvReport report ->
          configured(
              Optional.ofNullable(anchors.csv().get(HexFormat.of().formatHex(report.serial()))),
              "HSK and CEK of the chip " + HexFormat.of().formatHex(report.serial()),
              now);
      case NitroDocument _, NvidiaReport _ -> verifier.prepare(new NoCollateral(), now);
    };
  }

  private Outcome<VerifiedCollateral> configured(
      Optional<? extends Collateral> collateral, String expected, Instant now) {
    return collateral.isPresent()
        ? verifier.prepare(collateral.get(), now)
        : CollateralSource.missing("anchors in the configuration", expected, "none");
  }

  /** What comes along spares a question to AMD, which allows few; it has no revocation list. */
  private Outcome<VerifiedCollateral> snp(SnpReport report, Instant now) {
    var carried = carried(report);
    if (carried.isPresent() && !settings.requireAmdList())
      return verifier.prepare(carried.get(), now);
    var product = report.product();
    if (product.isEmpty())
      return CollateralSource.missing(
          "endorsement of the report's key",
          "certificates with the evidence, or a report of version 3 or later",
          "neither");
    return cache.snp(report.key(product.get()), now);
  }

  private static Optional<SnpEndorsement> carried(SnpReport report) {
    var all = report.carried();
    var kind =
        report.signingKey().filter(SnpReport.KeyKind.VLEK::equals).isPresent()
            ? SnpReport.Certificate.VLEK
            : SnpReport.Certificate.VCEK;
    return Optional.ofNullable(all.get(kind))
        .map(
            vek ->
                new SnpEndorsement(
                    vek,
                    Optional.ofNullable(all.get(SnpReport.Certificate.ASK)),
                    Optional.ofNullable(all.get(SnpReport.Certificate.ARK)),
                    Optional.empty()));
  }
}
