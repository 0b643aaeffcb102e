package dev.theca.evidence;

import dev.theca.evidence.amd.SnpVerifier;
import dev.theca.evidence.amd.VerifiedSnp;
import dev.theca.evidence.csv.CsvVerifier;
import dev.theca.evidence.csv.VerifiedCsv;
import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.curve.ProviderEcdsa;
import dev.theca.evidence.intel.IntelVerifier;
import dev.theca.evidence.intel.VerifiedIntel;
import dev.theca.evidence.nvidia.NvidiaVerifier;
import dev.theca.evidence.pki.Signatures;
import dev.theca.evidence.se.SeVerifier;
import dev.theca.evidence.se.VerifiedSeHost;
import dev.theca.evidence.token.CcaVerifier;
import dev.theca.evidence.token.NitroVerifier;
import dev.theca.evidence.token.VerifiedStore;
import dev.theca.evidence.tpm.TpmVerifier;
import dev.theca.evidence.tpm.VerifiedAnchors;
import dev.theca.wire.Outcome;
import java.security.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Verifies evidence under named trust roots. Pure: collateral and time are arguments, nothing is
 * fetched, and nothing is thrown for bad input. A verifier remembers only what stays true (tables
 * of keys, links of chains that held, chains as parsed); it is safe for many threads, and one is
 * meant to live long.
 *
 * <pre>{@code
 * var verifier = Verifier.of(TrustRoots.vendors());
 * var collateral = verifier.prepare(source.intel(model).orThrow(), now).orThrow();
 * var appraisal = verifier.verify(quote, collateral, now, Expected.reportData(nonce), Policy.STRICT);
 * }</pre>
 */
public final class Verifier {
  private static final int TABLES = 24;
  private static final int LINKS = 256;

  /** About a hundred platforms. */
  private static final int CHAIN_BYTES = 512 << 10;

  private final TrustRoots roots;
  private final IntelVerifier intel;
  private final SnpVerifier snp;
  private final TpmVerifier tpm;
  private final CcaVerifier cca;
  private final NitroVerifier nitro;
  private final NvidiaVerifier nvidia;
  private final CsvVerifier csv;
  private final SeVerifier se = new SeVerifier();

  private Verifier(TrustRoots roots, Signatures signatures, int chainBytes) {
    this.roots = roots;
    this.intel = new IntelVerifier(roots, signatures, chainBytes);
    this.snp = new SnpVerifier(roots, signatures);
    this.tpm = new TpmVerifier(signatures);
    this.cca = new CcaVerifier(signatures);
    this.nitro = new NitroVerifier(roots, signatures);
    this.nvidia = new NvidiaVerifier(roots, signatures);
    this.csv = new CsvVerifier(roots);
  }

  /** With this library's own arithmetic. */
  public static Verifier of(TrustRoots roots) {
    return new Verifier(roots, new Signatures(new Ecdsa(TABLES), LINKS), CHAIN_BYTES);
  }

  /** With a security provider's ECDSA, such as an accelerated one. */
  public static Verifier of(TrustRoots roots, Provider provider) {
    return new Verifier(roots, new Signatures(ProviderEcdsa.of(provider), LINKS), CHAIN_BYTES);
  }

  /** With the JDK's ECDSA. */
  public static Verifier withJdkCrypto(TrustRoots roots) {
    return new Verifier(roots, new Signatures(ProviderEcdsa.ofJdk(), LINKS), CHAIN_BYTES);
  }

  /** Remembering no link of a chain, for measurements of the full cost. */
  public static Verifier forgetful(TrustRoots roots) {
    return new Verifier(roots, new Signatures(new Ecdsa(TABLES), 0), 0);
  }

  /** As {@link #forgetful(TrustRoots)}, with this provider's arithmetic. */
  public static Verifier forgetful(TrustRoots roots, Provider provider) {
    return new Verifier(roots, new Signatures(ProviderEcdsa.of(provider), 0), 0);
  }

  /** As {@link IntelQuote#platform()}, where a chain that came before need not be parsed again. */
  public Outcome<PlatformModel> platform(IntelQuote quote) {
    return intel.platform(quote);
  }

  /** As {@link IntelQuote#claimedRoot} with this verifier's roots, and the same. */
  public Outcome<String> claimedRoot(IntelQuote quote) {
    return intel.claimedRoot(quote);
  }

  /** The roots that are trusted. */
  public TrustRoots roots() {
    return roots;
  }

  /**
   * Verifies endorsements at a time: chains, revocation, signatures, dates. The expensive half; the
   * result serves many pieces of evidence.
   */
  public Outcome<VerifiedCollateral> prepare(Collateral collateral, Instant at) {
    return switch (collateral) {
      case IntelCollateral c -> intel.prepare(c, at);
      case SnpEndorsement e -> snp.prepare(e, at);
      case TpmAnchors anchors -> Outcome.granted(new VerifiedAnchors(anchors));
      case CcaStore store -> Outcome.granted(new VerifiedStore(store));
      case CsvEndorsement endorsement -> csv.prepare(endorsement);
      case SeHost host -> Outcome.granted(new VerifiedSeHost(host));
      case NoCollateral n -> Outcome.granted(new Nothing());
    };
  }

  /** For evidence that carries its whole chain. */
  private record Nothing() implements VerifiedCollateral {
    @Override
    public String rootName() {
      return "";
    }

    @Override
    public Instant validUntil() {
      return Instant.MAX;
    }

    @Override
    public Edition edition() {
      return new Edition(0, Instant.EPOCH);
    }
  }

  /** Judges evidence under verified collateral; {@code expected} is what it must be bound to. */
  public Appraisal verify(
      Evidence evidence,
      VerifiedCollateral collateral,
      Instant at,
      Expected expected,
      Policy policy) {
    return switch (evidence) {
      case IntelQuote quote ->
          collateral instanceof VerifiedIntel vc
              ? intel.verify(quote, vc, at, expected, policy)
              : missing("Intel collateral");
      case SnpReport report ->
          collateral instanceof VerifiedSnp vek
              ? snp.verify(report, vek, at, expected, policy)
              : missing("an SNP endorsement");
      case TpmEvidence quote ->
          collateral instanceof VerifiedAnchors anchors
              ? tpm.verify(quote, anchors, expected, policy)
              : missing("anchors for the attestation key");
      case CcaToken token ->
          collateral instanceof VerifiedStore store
              ? cca.verify(token, store, expected, policy)
              : missing("a store of CCA anchors");
      case NitroDocument document -> nitro.verify(document, at, expected, policy);
      case SeEvidence answer ->
          collateral instanceof VerifiedSeHost host
              ? se.verify(answer, host, expected, policy)
              : missing("the key and images of an SE verifier");
      case CsvReport report ->
          collateral instanceof VerifiedCsv chip
              ? csv.verify(report, chip, expected, policy)
              : missing("a CSV endorsement");
      case NvidiaReport report -> nvidia.verify(report, at, expected, policy);
      case AzureVtpm azure ->
          tpm.verify(
              azure,
              expected,
              policy,
              (bound, same) -> verify(azure.inner(), collateral, at, bound, same));
    };
  }

  private static Appraisal missing(String what) {
    var finding =
        new Finding(
            EvidenceCode.COLLATERAL_MISSING,
            Severity.MISSING,
            Step.FORMAT,
            "collateral",
            what,
            "another kind, or none");
    return new Appraisal(
        Verdict.UNVERIFIABLE,
        List.of(finding),
        Optional.empty(),
        Optional.empty(),
        "",
        Instant.MIN);
  }
}
