package dev.theca.cli.verify;

import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.CcaStore;
import dev.theca.evidence.Collateral;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.CsvEndorsement;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.TpmAnchors;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.der.Pem;
import dev.theca.wire.x509.PublicKeyInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What the user gave besides the evidence: a source of collateral, and anchors in files. */
record Given(Optional<CollateralSource> source, List<Path> anchors, Optional<Path> references) {
  private static final String NAME = "command-line";

  /** Enrolled keys of TPMs: certificates, or public keys, in PEM or DER. */
  Outcome<Collateral> tpm() {
    if (anchors.isEmpty())
      return CollateralSource.missing(
          "anchor", "--anchor with an enrolled attestation key or its certificate", "none");
    var keys = new TreeSet<String>();
    for (Path anchor : anchors) {
      byte[] der = DirectorySource.certificate(bytes(anchor));
      var certificate = EvidenceFile.certificate(der);
      byte[] spki = certificate.isPresent() ? certificate.get().spki() : publicKey(bytes(anchor));
      if (!isKey(spki))
        return Outcome.refused(
            EvidenceCode.FORMAT_ANCHOR,
            anchor + "",
            "a certificate or a public key, PEM or DER",
            "another file",
            "export the attestation key with: tpm2_readpublic -c HANDLE -f pem -o ak.pem");
      keys.add(Digest.sha256(spki).hex());
    }
    return Outcome.granted(new TpmAnchors(NAME, keys));
  }

  Outcome<Collateral> cca() {
    if (anchors.size() != 1)
      return CollateralSource.missing(
          "anchor", "--anchor with one store of platform keys", anchors.size() + " files");
    byte[] values =
        references.map(Given::bytes).orElseGet(() -> "{}".getBytes(StandardCharsets.US_ASCII));
    return CcaStore.parse(NAME, bytes(anchors.getFirst()), values).map(s -> s);
  }

  Outcome<Collateral> csv() {
    if (anchors.size() != 1)
      return CollateralSource.missing(
          "endorsement", "--anchor with the chip's HSK and CEK", anchors.size() + " files");
    return Outcome.granted(new CsvEndorsement(bytes(anchors.getFirst()), Optional.empty()));
  }

  private static byte[] publicKey(byte[] file) {
    return Pem.read("PUBLIC KEY", new String(file, StandardCharsets.ISO_8859_1))
        .filter(blocks -> !blocks.isEmpty())
        .map(List::getFirst)
        .orElse(file);
  }

  private static boolean isKey(byte[] spki) {
    try {
      return !(PublicKeyInfo.read(spki) instanceof PublicKeyInfo.Other);
    } catch (DerReader.Malformed e) {
      return false;
    }
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
