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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Collateral in a folder:
 *
 * <pre>
 * sgx/00906ED50000/tcb-info.json            one per model and TEE, also early/ and 17/ in its place
 * sgx/00906ED50000/tcb-info-chain.pem
 * sgx/qe-identity.json, sgx/qe-identity-chain.pem
 * pck-crl-platform.der, pck-crl-platform-chain.pem
 * root-ca-crl.der
 * vcek/&lt;hwid&gt;/bl02_tee00_snp06_ucode21_vcek.der, else vcek/&lt;hwid&gt;/vcek.der
 * vlek/vlek.der
 * milan/ask.der, milan/asvk.der, milan/ark.der, milan/crl.der
 * </pre>
 *
 * The names below {@code vcek} are those of Trustee's offline store. Of AMD's authorities what is
 * missing is taken from the library.
 */
public final class DirectorySource implements CollateralSource {
  private static final int MAX = 1 << 20;

  private final Path folder;

  public DirectorySource(Path folder) {
    this.folder = folder;
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    Path tee = folder.resolve(model.type().word()).resolve(edition(channel));
    Path level = tee.resolve(model.fmspc());
    String crl = "pck-crl-" + model.ca();
    return need(level.resolve("tcb-info.json"))
        .then(
            tcb ->
                need(level.resolve("tcb-info-chain.pem"))
                    .then(
                        tcbChain ->
                            need(tee.resolve("qe-identity.json"))
                                .then(
                                    qe ->
                                        need(tee.resolve("qe-identity-chain.pem"))
                                            .then(
                                                qeChain ->
                                                    lists(tcb, tcbChain, qe, qeChain, crl)))));
  }

  private Outcome<IntelCollateral> lists(
      byte[] tcb, byte[] tcbChain, byte[] qe, byte[] qeChain, String crl) {
    return need(folder.resolve(crl + ".der"))
        .then(
            pckCrl ->
                need(folder.resolve(crl + "-chain.pem"))
                    .then(
                        crlChain ->
                            need(folder.resolve("root-ca-crl.der"))
                                .map(
                                    root ->
                                        new IntelCollateral(
                                            tcb,
                                            text(tcbChain),
                                            qe,
                                            text(qeChain),
                                            pckCrl,
                                            text(crlChain),
                                            root))));
  }

  private static String edition(Channel channel) {
    if (channel.number() > 0) return channel.number() + "";
    return channel.equals(Channel.EARLY) ? "early" : "";
  }

  private static String text(byte[] pem) {
    return new String(pem, StandardCharsets.ISO_8859_1);
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    boolean vlek = key.kind() == SnpReport.KeyKind.VLEK;
    Path product = folder.resolve(key.product().word().toLowerCase(java.util.Locale.ROOT));
    Path chip = folder.resolve("vcek").resolve(HexFormat.of().formatHex(key.hwid()));
    var vek =
        vlek
            ? optional(folder.resolve("vlek/vlek.der"))
            : optional(chip.resolve(name(key))).or(() -> optional(chip.resolve("vcek.der")));
    if (vek.isEmpty())
      return CollateralSource.missing(
          "endorsement",
          vlek ? folder.resolve("vlek/vlek.der") + "" : chip.resolve(name(key)) + "",
          "no such file");
    return Outcome.granted(
        new SnpEndorsement(
            vek.get(),
            optional(product.resolve(vlek ? "asvk.der" : "ask.der")),
            optional(product.resolve("ark.der")),
            optional(product.resolve("crl.der"))));
  }

  static String name(SnpKey key) {
    var tcb = key.tcb();
    String fmc = key.product() == SnpReport.Product.TURIN ? "_fmc%02d".formatted(tcb.fmc()) : "";
    return "bl%02d_tee%02d_snp%02d_ucode%02d%s_vcek.der"
        .formatted(tcb.bootloader(), tcb.tee(), tcb.snp(), tcb.microcode(), fmc);
  }

  private static Outcome<byte[]> need(Path file) {
    return optional(file)
        .map(Outcome::granted)
        .orElseGet(() -> CollateralSource.missing("collateral", "file " + file, "no such file"));
  }

  private static Optional<byte[]> optional(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX) return Optional.empty();
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes one platform's collateral into the layout above. */
  public void write(PlatformModel model, Channel channel, IntelCollateral c) throws IOException {
    Path tee = folder.resolve(model.type().word()).resolve(edition(channel));
    Path level = Files.createDirectories(tee.resolve(model.fmspc()));
    Files.write(level.resolve("tcb-info.json"), c.tcbInfo());
    Files.writeString(level.resolve("tcb-info-chain.pem"), c.tcbIssuerChain());
    Files.write(tee.resolve("qe-identity.json"), c.qeIdentity());
    Files.writeString(tee.resolve("qe-identity-chain.pem"), c.qeIssuerChain());
    Files.write(folder.resolve("pck-crl-" + model.ca() + ".der"), c.pckCrl());
    Files.writeString(
        folder.resolve("pck-crl-" + model.ca() + "-chain.pem"), c.pckCrlIssuerChain());
    Files.write(folder.resolve("root-ca-crl.der"), c.rootCaCrl());
  }

  public void write(SnpKey key, SnpEndorsement e) throws IOException {
    boolean vlek = key.kind() == SnpReport.KeyKind.VLEK;
    Path product =
        Files.createDirectories(
            folder.resolve(key.product().word().toLowerCase(java.util.Locale.ROOT)));
    Path vek =
        vlek
            ? folder.resolve("vlek/vlek.der")
            : folder
                .resolve("vcek")
                .resolve(HexFormat.of().formatHex(key.hwid()))
                .resolve(name(key));
    Files.createDirectories(vek.getParent());
    Files.write(vek, e.vek());
    if (e.signer().isPresent())
      Files.write(product.resolve(vlek ? "asvk.der" : "ask.der"), e.signer().get());
    if (e.ark().isPresent()) Files.write(product.resolve("ark.der"), e.ark().get());
    if (e.crl().isPresent()) Files.write(product.resolve("crl.der"), e.crl().get());
  }

  /** The first certificate of a PEM text, or the bytes as they are. */
  public static byte[] certificate(byte[] derOrPem) {
    return Pem.read("CERTIFICATE", text(derOrPem))
        .filter(blocks -> !blocks.isEmpty())
        .map(java.util.List::getFirst)
        .orElse(derOrPem);
  }
}
