package dev.theca.evidence.intel;

import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Rejected;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The identity of a quoting enclave that the provisioning service vouches for (Intel PCS,
 * "enclaveIdentity" version 2).
 *
 * @param id {@code QE}, {@code TD_QE} or {@code QVE}
 */
record QeIdentity(
    String id,
    Instant issueDate,
    Instant nextUpdate,
    int evaluationNumber,
    byte[] miscSelect,
    byte[] miscSelectMask,
    byte[] attributes,
    byte[] attributesMask,
    byte[] mrSigner,
    int isvProdId,
    List<SvnLevel> levels) {
  static QeIdentity read(SignedDocument doc) throws Rejected {
    var body = doc.body;
    long version = doc.number(body, "version", Integer.MAX_VALUE);
    if (version != 2)
      throw new Rejected(
          EvidenceCode.FORMAT_QE_IDENTITY_VERSION,
          Step.QE_IDENTITY,
          "version of the QE identity",
          "2",
          version + "");
    String id = doc.text(body, "id");
    if (!List.of("QE", "TD_QE", "QVE").contains(id))
      throw doc.bad("id QE, TD_QE or QVE", "'" + SignedDocument.shown(id) + "'");
    return new QeIdentity(
        id,
        doc.date(body, "issueDate"),
        doc.date(body, "nextUpdate"),
        (int) doc.number(body, "tcbEvaluationDataNumber", Integer.MAX_VALUE),
        doc.bytes(body, "miscselect", 8),
        doc.bytes(body, "miscselectMask", 8),
        doc.bytes(body, "attributes", 32),
        doc.bytes(body, "attributesMask", 32),
        doc.bytes(body, "mrsigner", 64),
        (int) doc.number(body, "isvprodid", 65535),
        SvnLevel.read(doc, body, 65535));
  }

  /** Demands that a report is of this enclave, apart from its SVN. */
  void match(EnclaveReport qe) throws Rejected {
    masked(EvidenceCode.QE_MISCSELECT, "MISCSELECT", qe.miscSelect(), miscSelect, miscSelectMask);
    masked(EvidenceCode.QE_ATTRIBUTES, "attributes", qe.attributes(), attributes, attributesMask);
    if (!Arrays.equals(qe.mrSigner(), mrSigner))
      throw mismatch(
          EvidenceCode.QE_MRSIGNER, "MRSIGNER", Audit.hex(mrSigner), Audit.hex(qe.mrSigner()));
    if (qe.isvProdId() != isvProdId)
      throw mismatch(EvidenceCode.QE_PRODID, "ISVPRODID", isvProdId + "", qe.isvProdId() + "");
  }

  private static void masked(
      EvidenceCode code, String what, byte[] found, byte[] expected, byte[] mask) throws Rejected {
    for (int i = 0; i < expected.length; i++) {
      if ((byte) (found[i] & mask[i]) != expected[i])
        throw mismatch(code, what, Audit.hex(expected), Audit.hex(found));
    }
  }

  private static Rejected mismatch(EvidenceCode code, String what, String expected, String found) {
    return new Rejected(code, Step.QUOTE, what + " of the quoting enclave", expected, found);
  }
}
