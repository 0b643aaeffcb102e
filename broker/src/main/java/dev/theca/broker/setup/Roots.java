package dev.theca.broker.setup;

import dev.theca.broker.appraise.Anchors;
import dev.theca.evidence.CcaStore;
import dev.theca.evidence.CsvEndorsement;
import dev.theca.evidence.TpmAnchors;
import dev.theca.evidence.TrustRoots;
import dev.theca.wire.Digest;
import dev.theca.wire.der.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the files that trust rests on. */
public final class Roots {
  private static final System.Logger LOG = System.getLogger("theca.broker");
  private static final int SERIAL = 0x40;

  private Roots() {}

  /** The vendors' roots, and each simulated one that the configuration names, with a warning. */
  public static TrustRoots of(EvidenceSettings settings) throws IOException {
    var roots = TrustRoots.vendors();
    for (var root : settings.roots()) {
      roots = roots.with(root.name(), key(root.certificate()));
      LOG.log(
          System.Logger.Level.WARNING,
          "simulated root {0} is known: its evidence protects nothing from root on that machine;"
              + " it is believed only where the reference value simulated_roots names it",
          root.name());
    }
    return roots;
  }

  private static PublicKey key(Path file) throws IOException {
    byte[] der = first("CERTIFICATE", file, Files.readString(file));
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der))
          .getPublicKey();
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the certificate " + file + " does not parse", e);
    }
  }

  /** Enrolled keys and stores. */
  public static Anchors anchors(EvidenceSettings settings) throws IOException {
    var tpm = new HashSet<String>();
    for (Path file : settings.tpmKeys()) tpm.add(spki(file));
    var csv = new TreeMap<String, CsvEndorsement>();
    for (Path file : settings.csv())
      csv.put(serial(file), new CsvEndorsement(Files.readAllBytes(file), Optional.empty()));
    Optional<CcaStore> cca = Optional.empty();
    if (settings.cca().isPresent())
      cca =
          Optional.of(
              CcaStore.parse(
                      "cca",
                      Files.readAllBytes(settings.cca().get().anchors()),
                      Files.readAllBytes(settings.cca().get().references()))
                  .orThrow());
    return new Anchors(new TpmAnchors("tpm", tpm), cca, Optional.empty(), Map.copyOf(csv));
  }

  /** An attestation key as PEM of a public key or a certificate: SHA-256 of its SPKI. */
  private static String spki(Path file) throws IOException {
    String text = Files.readString(file);
    return text.contains("BEGIN CERTIFICATE")
        ? TrustRoots.fingerprint(key(file))
        : Digest.sha256(first("PUBLIC KEY", file, text)).hex();
  }

  private static byte[] first(String label, Path file, String pem) {
    return Pem.read(label, pem)
        .filter(all -> !all.isEmpty())
        .orElseThrow(() -> new IllegalArgumentException("the file " + file + " holds no " + label))
        .getFirst();
  }

  /** Files of chips are named by their serial number, as Hygon's service sends them. */
  private static String serial(Path file) {
    String name =
        file.getFileName().toString().replaceAll("\\..*", "").toLowerCase(java.util.Locale.ROOT);
    if (!name.matches("[0-9a-f]{2," + 2 * SERIAL + "}"))
      throw new IllegalArgumentException(
          "the file " + file + " is named by the chip's serial number in hex");
    return name;
  }
}
