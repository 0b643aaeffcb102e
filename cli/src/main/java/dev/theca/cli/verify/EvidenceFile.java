package dev.theca.cli.verify;

import dev.theca.collateral.DirectorySource;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.util.Optional;

/** Evidence as a file holds it; when nobody says the TEE, the form of the file tells. */
public final class EvidenceFile {
  private EvidenceFile() {}

  public static Outcome<Evidence> parse(byte[] bytes, Optional<EvidenceType> stated) {
    if (bytes.length > 0 && bytes[0] == '{') {
      return Json.object(bytes)
          .then(
              json ->
                  stated
                      .or(() -> ofJson(json))
                      .map(type -> EvidenceParser.parse(type, json))
                      .orElseGet(EvidenceFile::unknown));
    }
    return stated
        .or(() -> ofBytes(bytes))
        .map(type -> EvidenceParser.parse(type, bytes))
        .orElseGet(EvidenceFile::unknown);
  }

  private static <T> Outcome<T> unknown() {
    return Outcome.refused(
        EvidenceCode.FORMAT_EVIDENCE,
        "evidence",
        "a known form",
        "another",
        "say which TEE it is from with --tee");
  }

  private static Optional<EvidenceType> ofBytes(byte[] bytes) {
    if (bytes.length < 48) return Optional.empty();
    boolean quote = bytes[12] == (byte) 0x93 && bytes[13] == (byte) 0x9A && bytes[1] == 0;
    if (quote) return Optional.of(bytes[4] == (byte) 0x81 ? EvidenceType.TDX : EvidenceType.SGX);
    boolean report = bytes.length >= 1184 && bytes[0] >= 2 && bytes[0] <= 5 && bytes[0x34] == 1;
    if (report) return Optional.of(EvidenceType.SNP);
    return Optional.empty();
  }

  private static Optional<EvidenceType> ofJson(JsonObject json) {
    var members = json.members();
    if (members.containsKey("attestation_report"))
      return Optional.of(
          members.containsKey("serial_number") ? EvidenceType.CSV : EvidenceType.SNP);
    if (members.containsKey("hcl_report") || members.containsKey("report"))
      return Optional.of(
          members.containsKey("td_quote") ? EvidenceType.AZ_TDX_VTPM : EvidenceType.AZ_SNP_VTPM);
    if (members.containsKey("ak_public")) return Optional.of(EvidenceType.TPM);
    if (members.containsKey("device_evidence_list")) return Optional.of(EvidenceType.NVIDIA);
    if (members.containsKey("cc_eventlog")) return Optional.of(EvidenceType.TDX);
    if (members.containsKey("token")) return Optional.of(EvidenceType.CCA);
    return Optional.empty();
  }

  static Optional<Certificate> certificate(byte[] derOrPem) {
    return Certificate.parse(DirectorySource.certificate(derOrPem))
            instanceof Outcome.Granted<Certificate>(var certificate)
        ? Optional.of(certificate)
        : Optional.empty();
  }
}
