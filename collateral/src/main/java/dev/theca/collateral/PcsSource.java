package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.wire.Outcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Collateral from Intel's provisioning service (PCS v4) or from a cache of it (PCCS). What arrives
 * is not trusted: the verifier checks signatures over the exact bytes.
 */
public final class PcsSource implements CollateralSource {
  /** Intel's own service. */
  public static final URI INTEL = URI.create("https://api.trustedservices.intel.com");

  private static final URI INTEL_ROOT_CRL =
      URI.create("https://certificates.trustedservices.intel.com/IntelSGXRootCA.der");

  private final URI base;
  private final Fetch fetch = new Fetch();

  /**
   * {@code base} is the service's address without the path, for example {@code
   * https://pccs.example:8081}.
   */
  public PcsSource(URI base) {
    this.base = base;
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    String tee = model.type() == EvidenceType.TDX ? "tdx" : "sgx";
    String which = channel.equals(Channel.STANDARD) ? "" : "&" + channel.query();
    String whichQe = channel.equals(Channel.STANDARD) ? "" : "?" + channel.query();
    return get(tee, "tcb?fmspc=" + model.fmspc() + which, "TCB-Info-Issuer-Chain")
        .then(
            tcb ->
                get(tee, "qe/identity" + whichQe, "SGX-Enclave-Identity-Issuer-Chain")
                    .then(
                        qe ->
                            get(
                                    "sgx",
                                    "pckcrl?ca=" + model.ca() + "&encoding=der",
                                    "SGX-PCK-CRL-Issuer-Chain")
                                .then(crl -> rootCrl().then(root -> joined(tcb, qe, crl, root)))));
  }

  /** Intel serves the root's list at its distribution point; caches serve it as hex. */
  private Outcome<Fetch.Answer> rootCrl() {
    return base.equals(INTEL) ? fetch.get(INTEL_ROOT_CRL, "") : get("sgx", "rootcacrl", "");
  }

  private static Outcome<IntelCollateral> joined(
      Fetch.Answer tcb, Fetch.Answer qe, Fetch.Answer crl, Fetch.Answer root) {
    var pckCrl = der(crl.body());
    var rootCrl = der(root.body());
    return pckCrl.then(
        p ->
            rootCrl.map(
                r ->
                    new IntelCollateral(
                        tcb.body(), tcb.chain(), qe.body(), qe.chain(), p, crl.chain(), r)));
  }

  /** DER as it is, or as hex text. */
  static Outcome<byte[]> der(byte[] body) {
    if (body.length > 0 && body[0] == 0x30 && (body.length < 2 || body[1] < 0))
      return Outcome.granted(body);
    try {
      return Outcome.granted(
          HexFormat.of().parseHex(new String(body, StandardCharsets.US_ASCII).trim()));
    } catch (IllegalArgumentException e) {
      return CollateralSource.missing("revocation list", "DER, or its hex", "other text");
    }
  }

  private Outcome<Fetch.Answer> get(String tee, String path, String chainHeader) {
    return fetch.get(base.resolve("/" + tee + "/certification/v4/" + path), chainHeader);
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    return CollateralSource.missing("endorsement", "AMD's key service", "Intel's");
  }
}
