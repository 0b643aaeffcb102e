package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.QvlCompat.Input;
import dev.theca.evidence.QvlCompat.Result;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Parsed;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.util.Optional;

/** The four calls of Intel's library over one set of inputs, each judged by itself. */
public final class QvlCase {
  private final Calls calls;
  private final QuoteCall quoteCall;

  public QvlCase(Signatures signatures) {
    this.calls = new Calls(signatures);
    this.quoteCall = new QuoteCall(signatures);
  }

  /** A call: it ends well, or throws. */
  @FunctionalInterface
  private interface Call {
    void run() throws Rejected;
  }

  public Result judge(Input in) {
    var chain = Parsed.of(() -> CertificateChain.parse(in.pckChain(), 3, Step.CHAIN, "PCK chain"));
    var rootCrl = Parsed.of(() -> crl(in.rootCrl(), "root CA's revocation list"));
    var pckCrl = Parsed.of(() -> crl(in.pckCrl(), "PCK CA's revocation list"));
    var anchor = Parsed.of(() -> anchor(in.trustedRoot()));
    var tcbDoc =
        Parsed.of(() -> SignedDocument.readAsIntel(in.tcbInfo(), SignedDocument.Kind.TCB_INFO));
    var tcbInfo = Parsed.of(() -> TcbInfo.read(tcbDoc.get()));
    var qeDoc =
        Parsed.of(
            () -> SignedDocument.readAsIntel(in.qeIdentity(), SignedDocument.Kind.QE_IDENTITY));
    var identity = Parsed.of(() -> QeIdentity.read(qeDoc.get()));

    int a =
        status(
            () -> {
              var parsed = chain.get();
              if (parsed.leaf().isPresent()) PckExtension.read(parsed.leaf().get());
              calls.pckChain(
                  Calls.chain(parsed), rootCrl.get(), pckCrl.get(), anchor.get(), in.at());
            });
    int b =
        status(
            () -> {
              var info = tcbInfo.get();
              calls.document(
                  tcbDoc.get(),
                  Calls.TCB_INFO,
                  info.nextUpdate(),
                  signing(in),
                  rootCrl.get(),
                  anchor.get(EvidenceCode.FORMAT_CERTIFICATE, Step.TCB_INFO),
                  in.at());
            });
    int c =
        status(
            () -> {
              var qe = identity.get();
              calls.document(
                  qeDoc.get(),
                  Calls.QE_IDENTITY,
                  qe.nextUpdate(),
                  signing(in),
                  rootCrl.get(),
                  anchor.get(EvidenceCode.FORMAT_CERTIFICATE, Step.QE_IDENTITY),
                  in.at());
            });
    return quote(in, chain, pckCrl, tcbInfo, identity, a, b, c);
  }

  private static CertificateChain signing(Input in) throws Rejected {
    return CertificateChain.parse(in.signingChain(), 2, Step.TCB_INFO, "signing chain");
  }

  private Result quote(
      Input in,
      Parsed<CertificateChain> chain,
      Parsed<Crl> pckCrl,
      Parsed<TcbInfo> tcbInfo,
      Parsed<QeIdentity> identity,
      int a,
      int b,
      int c) {
    try {
      var quote = QuoteReader.read(in.quote(), true);
      var leaf = leaf(chain.get(EvidenceCode.FORMAT_PCK_CERTIFICATE, Step.QUOTE));
      var pck =
          Parsed.of(() -> PckExtension.read(leaf)).get(EvidenceCode.CHAIN_PCK_SUBJECT, Step.QUOTE);
      var tcb =
          quoteCall.judge(
              new QuoteCall.Input(
                  quote,
                  leaf,
                  pck,
                  pckCrl.get(EvidenceCode.FORMAT_PCK_CRL, Step.QUOTE),
                  tcbInfo.get(),
                  identity.get()),
              new Audit());
      return new Result(a, b, c, tcb.status().code().qvl(), Optional.of(tcb));
    } catch (Rejected e) {
      return new Result(a, b, c, e.code().qvlInQuote(), Optional.empty());
    }
  }

  /** The certificate that is handed to the quote's call: the one named so, else the first. */
  private static Certificate leaf(CertificateChain chain) {
    return chain.leaf().orElseGet(() -> chain.get(0));
  }

  private static int status(Call call) {
    try {
      call.run();
      return 0;
    } catch (Rejected e) {
      return e.code().qvl();
    }
  }

  static Crl crl(byte[] der, String what) throws Rejected {
    try {
      return Crl.read(der);
    } catch (DerReader.Malformed e) {
      throw new Rejected(
          EvidenceCode.FORMAT_CRL,
          Step.CHAIN,
          what,
          "an X.509 CRL in DER",
          String.valueOf(e.getMessage()));
    }
  }

  private static Anchor anchor(String pem) throws Rejected {
    try {
      return Anchor.of(CertificateChain.parse(pem, 1, Step.CHAIN, "trusted root").get(0));
    } catch (Rejected e) {
      throw e.as(EvidenceCode.FORMAT_ANCHOR, Step.CHAIN);
    }
  }
}
