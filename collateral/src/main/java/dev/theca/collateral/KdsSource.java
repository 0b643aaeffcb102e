package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.evidence.SnpReport;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Endorsements from AMD's key distribution service (AMD 57230). It limits request rates: put a
 * {@link CachingSource} before it.
 */
public final class KdsSource implements CollateralSource {
  public static final URI AMD = URI.create("https://kdsintf.amd.com");

  private final URI base;
  private final Fetch fetch = new Fetch();

  public KdsSource(URI base) {
    this.base = base;
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    if (key.kind() == SnpReport.KeyKind.VLEK)
      return CollateralSource.missing(
          "VLEK certificate",
          "one from the guest's certificate table",
          "none: it is the provider's");
    String product = key.product().word();
    return fetch
        .get(base.resolve(vcekPath(key)), "")
        .then(
            vcek ->
                fetch
                    .get(base.resolve("/vcek/v1/" + product + "/cert_chain"), "")
                    .then(
                        chain ->
                            fetch
                                .get(base.resolve("/vcek/v1/" + product + "/crl"), "")
                                .then(crl -> joined(vcek.body(), chain.body(), crl.body()))));
  }

  static String vcekPath(SnpKey key) {
    var tcb = key.tcb();
    String levels =
        "blSPL=%02d&teeSPL=%02d&snpSPL=%02d&ucodeSPL=%02d"
            .formatted(tcb.bootloader(), tcb.tee(), tcb.snp(), tcb.microcode());
    if (key.product() == SnpReport.Product.TURIN)
      levels = "fmcSPL=%02d&".formatted(tcb.fmc()) + levels;
    return "/vcek/v1/"
        + key.product().word()
        + "/"
        + HexFormat.of().formatHex(key.hwid())
        + "?"
        + levels;
  }

  private static Outcome<SnpEndorsement> joined(byte[] vcek, byte[] chain, byte[] crl) {
    var pem = Pem.read("CERTIFICATE", new String(chain, StandardCharsets.ISO_8859_1));
    if (pem.isEmpty() || pem.get().size() != 2)
      return CollateralSource.missing(
          "certificate chain",
          "ASK and ARK in PEM",
          pem.map(List::size).orElse(0) + " certificates");
    return Outcome.granted(
        new SnpEndorsement(
            vcek, Optional.of(pem.get().get(0)), Optional.of(pem.get().get(1)), Optional.of(crl)));
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    return CollateralSource.missing("collateral", "Intel's provisioning service", "AMD's");
  }
}
