package dev.theca.broker;

import dev.theca.collateral.CachingSource;
import dev.theca.evidence.Appraisal;
import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether evidence is believable and whether what it shows is expected. Collateral is
 * fetched once a platform and kept while it is valid.
 */
final class AttestationService {
  private static final HexFormat HEX = HexFormat.of();

  private final TrustRoots roots;
  private final Verifier verifier;
  private final CachingSource source;
  private final ReferenceValues references;

  AttestationService(TrustRoots roots, CollateralSource source, ReferenceValues references) {
    this.roots = roots;
    this.verifier = Verifier.of(roots);
    this.source = new CachingSource(verifier, source, Duration.ofHours(24), false);
    this.references = references;
  }

  /** Claims of believed and expected evidence; else the reasons, the deciding one first. */
  Outcome<JsonObject> appraise(
      String tee,
      JsonObject evidence,
      byte[] reportData,
      Optional<InitData> initData,
      Instant now) {
    if (!tee.equals("sgx")) {
      return Outcome.refused(
          Code.of("tee-unsupported"),
          "TEE",
          "sgx",
          tee,
          "attest from an SGX enclave; other TEEs are not verified yet");
    }
    return fromKbsEvidence(evidence)
        .then(
            quote ->
                quote
                    .claimedRoot(roots)
                    .then(root -> quote.platform())
                    .then(platform -> source.intel(platform, Channel.STANDARD, now))
                    .then(vc -> judged(quote, vc, reportData, initData, now)));
  }

  /** The evidence JSON of tee "sgx": {@code {"quote":"<base64>"}} (KBS protocol 0.4.0). */
  private static Outcome<SgxQuote> fromKbsEvidence(JsonObject evidence) {
    return evidence
        .requireString("quote")
        .then(
            text -> {
              try {
                return SgxQuote.parse(Base64.getDecoder().decode(text));
              } catch (IllegalArgumentException e) {
                return Outcome.refused(
                    EvidenceCode.FORMAT_QUOTE,
                    "member 'quote'",
                    "base64 text",
                    "other text",
                    "send the quote as standard base64");
              }
            });
  }

  private Outcome<JsonObject> judged(
      SgxQuote quote,
      VerifiedCollateral vc,
      byte[] reportData,
      Optional<InitData> initData,
      Instant now) {
    var expected = Expected.reportData(reportData);
    if (initData.isPresent()) expected = expected.withInitData(initData.get().digest());
    Appraisal appraisal = verifier.verify(quote, vc, now, expected, Policy.STANDARD);
    if (!appraisal.trusted()) return Outcome.refused(appraisal.refusals());
    return expectedEnclave(quote.report()).map(yes -> claims(quote.report(), appraisal));
  }

  private Outcome<Boolean> expectedEnclave(EnclaveReport report) {
    String mrEnclave = HEX.formatHex(report.mrEnclave());
    String mrSigner = HEX.formatHex(report.mrSigner());
    if (references.texts("sgx_mr_enclave").contains(mrEnclave)) return Outcome.granted(true);
    var signers = references.texts("sgx_mr_signer");
    if (!signers.contains(mrSigner)) {
      return refused(
          "MRENCLAVE or MRSIGNER",
          "one of the reference values sgx_mr_signer " + signers,
          "MRENCLAVE " + mrEnclave + ", MRSIGNER " + mrSigner);
    }
    var products = references.texts("sgx_isv_prod_id");
    if (!products.contains(report.isvProdId() + ""))
      return refused("product (ISVPRODID)", "one of " + products, report.isvProdId() + "");
    int least =
        references.texts("sgx_min_isv_svn").stream()
            .mapToInt(Integer::parseInt)
            .min()
            .orElse(Integer.MAX_VALUE);
    if (report.isvSvn() < least)
      return refused("security version (ISVSVN)", least + " or later", report.isvSvn() + "");
    return Outcome.granted(true);
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("enclave-unexpected"),
        what + " of the enclave",
        expected,
        found,
        "run the published agent, or register its measurement as a reference value");
  }

  private static JsonObject claims(EnclaveReport report, Appraisal appraisal) {
    var tcb = appraisal.tcb().orElseThrow();
    return JsonObject.builder()
        .put("tee", appraisal.hardware() ? "sgx" : "sgx-sim")
        .put("hardware", appraisal.hardware())
        .put("trust_root", appraisal.rootName())
        .put("mr_enclave", HEX.formatHex(report.mrEnclave()))
        .put("mr_signer", HEX.formatHex(report.mrSigner()))
        .put("isv_prod_id", report.isvProdId())
        .put("isv_svn", report.isvSvn())
        .put("config_id", HEX.formatHex(report.configId()))
        .put("tcb_status", tcb.status().word())
        .put("tcb_date", tcb.launchDate().toString())
        .put("advisory_ids", JsonArray.strings(List.copyOf(tcb.advisoriesLaunch())))
        .build();
  }
}
