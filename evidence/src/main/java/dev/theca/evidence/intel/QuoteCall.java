package dev.theca.evidence.intel;

import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.Step;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Digest;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.util.Arrays;

/**
 * The call of Intel's library that judges a quote, its checks in its order. The certificate's own
 * chain is not looked at here.
 */
final class QuoteCall {
  private static final Step STEP = Step.QUOTE;

  private final Signatures signatures;

  QuoteCall(Signatures signatures) {
    this.signatures = signatures;
  }

  /** What the call is about, all of it parsed. */
  record Input(
      IntelQuote quote,
      Certificate leaf,
      PckExtension pck,
      Crl pckCrl,
      TcbInfo tcbInfo,
      QeIdentity identity) {}

  TcbVerdict judge(Input in, Audit audit) throws Rejected {
    collateralFits(in, audit);
    if (in.tcbInfo().tdx() && in.quote() instanceof TdxQuote tdx) module(in.tcbInfo(), tdx, audit);
    var qe = EnclaveReport.read(in.quote().signature().qeReport());
    qeReport(in, qe, audit);
    identity(in, qe, audit);
    signature(in.quote(), audit);
    return TcbEvaluation.of(in, qe);
  }

  private static void collateralFits(Input in, Audit audit) throws Rejected {
    if (!in.leaf().subject().commonName().contains(CertificateChain.LEAF))
      throw new Rejected(
          EvidenceCode.CHAIN_PCK_SUBJECT,
          STEP,
          "name of the PCK certificate",
          "..." + CertificateChain.LEAF + "...",
          in.leaf().subject() + "");
    if (!in.pckCrl().issuer().commonName().contains("CA")
        || !in.pckCrl().issuer().equals(in.leaf().issuer()))
      throw new Rejected(
          EvidenceCode.REVOCATION_PCK_CRL_MISMATCH,
          STEP,
          "issuer of the PCK CA's revocation list",
          in.leaf().issuer() + "",
          in.pckCrl().issuer() + "");
    Links.notRevoked(in.pckCrl(), in.leaf(), EvidenceCode.REVOCATION_PCK, STEP, "PCK certificate");
    boolean tdx = in.quote() instanceof TdxQuote;
    if (in.tcbInfo().tdx() != tdx)
      throw mismatch("TEE", tdx ? "TDX" : "SGX", in.tcbInfo().tdx() ? "TDX" : "SGX");
    if (!in.tcbInfo().fmspc().equals(in.pck().fmspc()))
      throw mismatch("FMSPC", in.pck().fmspc(), in.tcbInfo().fmspc());
    if (!in.tcbInfo().pceId().equals(in.pck().pceId()))
      throw mismatch("PCE id", in.pck().pceId(), in.tcbInfo().pceId());
    audit.passed(
        EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH, STEP, "FMSPC of the TCB info", in.pck().fmspc());
  }

  private static Rejected mismatch(String what, String expected, String found) {
    return new Rejected(
        EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH,
        STEP,
        what + " of the TCB info",
        expected,
        found);
  }

  private static void module(TcbInfo info, TdxQuote quote, Audit audit) throws Rejected {
    int generation = quote.report().teeTcbSvn()[1] & 0xFF;
    var module = generation > 0 ? info.generation(generation) : info.module();
    if (module.isEmpty())
      throw new Rejected(
          EvidenceCode.COLLATERAL_TDX_MODULE_MISMATCH,
          STEP,
          "TDX module generation",
          "one of " + info.moduleIdentities().stream().map(TcbInfo.TdxModule::id).toList(),
          "TDX_%02X".formatted(generation));
    byte[] signer = quote.report().mrSignerSeam();
    if (!Arrays.equals(signer, module.get().mrSigner()))
      throw new Rejected(
          EvidenceCode.COLLATERAL_TDX_MODULE_MISMATCH,
          STEP,
          "signer of the TDX module (MRSIGNERSEAM)",
          Audit.hex(module.get().mrSigner()),
          Audit.hex(signer));
    byte[] attributes = quote.report().seamAttributes();
    if (!Arrays.equals(attributes, module.get().attributes())
        || !Arrays.equals(attributes, new byte[8]))
      throw new Rejected(
          EvidenceCode.COLLATERAL_TDX_MODULE_MISMATCH,
          STEP,
          "SEAMATTRIBUTES",
          Audit.hex(module.get().attributes()) + ", and zero",
          Audit.hex(attributes));
    audit.passed(
        EvidenceCode.COLLATERAL_TDX_MODULE_MISMATCH,
        STEP,
        "TDX module",
        generation > 0 ? module.get().id() : "the module of TDX 1.0");
  }

  private void qeReport(Input in, EnclaveReport qe, Audit audit) throws Rejected {
    var quote = in.quote().signature();
    var key = Signatures.ecKey(in.leaf().key()).filter(k -> k.curve() == Curve.P256);
    if (key.isEmpty())
      throw new Rejected(
          EvidenceCode.CHAIN_PCK_SUBJECT, STEP, "key of the PCK certificate", "P-256", "another");
    if (!signatures.ecdsa(key.get(), "sha256", quote.qeReport(), quote.qeReportSignature()))
      throw new Rejected(
          EvidenceCode.SIGNATURE_QE_REPORT,
          STEP,
          "QE report",
          "a signature of the PCK certificate's key",
          "another, or changed bytes");
    audit.passed(
        EvidenceCode.SIGNATURE_QE_REPORT,
        STEP,
        "signer of the QE report",
        in.leaf().subject() + "");
    var hash = Digest.hasher("sha256");
    hash.update(quote.attestationKey());
    hash.update(quote.authData());
    byte[] digest = hash.digest();
    if (!Arrays.equals(digest, 0, 32, qe.reportData(), 0, 32))
      throw new Rejected(
          EvidenceCode.QE_REPORT_DATA,
          STEP,
          "report data of the QE report",
          "the hash of the attestation key, " + Audit.hex(digest),
          Audit.hex(Arrays.copyOf(qe.reportData(), 32)));
    audit.passed(
        EvidenceCode.QE_REPORT_DATA, STEP, "hash of the attestation key", Audit.hex(digest));
  }

  private static void identity(Input in, EnclaveReport qe, Audit audit) throws Rejected {
    String wanted = in.quote() instanceof SgxQuote ? "QE" : "TD_QE";
    if (!in.identity().id().equals(wanted))
      throw new Rejected(
          EvidenceCode.QE_IDENTITY_MISMATCH, STEP, "QE identity", wanted, in.identity().id());
    in.identity().match(qe);
    audit.passed(EvidenceCode.QE_IDENTITY_MISMATCH, STEP, "quoting enclave", wanted);
  }

  private void signature(IntelQuote quote, Audit audit) throws Rejected {
    var key = EcKey.of(Curve.P256, quote.signature().attestationKey());
    if (key.isEmpty())
      throw new Rejected(
          EvidenceCode.FORMAT_QUOTE, STEP, "attestation key", "a point on P-256", "another");
    if (!signatures.ecdsa(key.get(), "sha256", quote.signedBytes(), quote.signature().signature()))
      throw new Rejected(
          EvidenceCode.SIGNATURE_QUOTE,
          STEP,
          "quote",
          "a signature of its attestation key",
          "another, or changed bytes");
    audit.passed(EvidenceCode.SIGNATURE_QUOTE, STEP, "signer of the quote", "its attestation key");
  }
}
