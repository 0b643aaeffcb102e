package dev.theca.evidence;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The identity of the quoting enclave that a provisioning service vouches for (Intel PCS,
 * "enclaveIdentity" version 2).
 */
record QeIdentity(
    Instant issueDate,
    Instant nextUpdate,
    int evaluationNumber,
    byte[] miscSelect,
    byte[] miscSelectMask,
    byte[] attributes,
    byte[] attributesMask,
    byte[] mrSigner,
    int isvProdId,
    List<Level> levels) {
  /** The status from one SVN of the quoting enclave on. */
  record Level(int isvSvn, Instant date, TcbStatus status, List<String> advisories) {}

  static QeIdentity read(SignedDocument doc) throws Rejected {
    var body = doc.body;
    if (!doc.text(body, "id").equals("QE"))
      throw new Rejected(
          EvidenceCode.QE_IDENTITY_MISMATCH, "QE identity", "id QE", doc.text(body, "id"));
    if (doc.number(body, "version", 1000) != 2) throw doc.bad("version 2", "another");
    var list = body.array("tcbLevels").orElseThrow(() -> doc.missing("an array 'tcbLevels'"));
    var levels = new ArrayList<Level>();
    for (JsonValue item : list) {
      if (!(item instanceof JsonObject level)) throw doc.bad("objects as levels", "others");
      var tcb = level.object("tcb").orElseThrow(() -> doc.missing("an object 'tcb'"));
      levels.add(
          new Level(
              doc.number(tcb, "isvsvn", 65535),
              doc.date(level, "tcbDate"),
              doc.status(level),
              level.strings("advisoryIDs").orElse(List.of())));
    }
    if (levels.isEmpty()) throw doc.bad("levels", "none");
    levels.sort(Comparator.comparingInt(Level::isvSvn).thenComparing(Level::date).reversed());
    return new QeIdentity(
        doc.date(body, "issueDate"),
        doc.date(body, "nextUpdate"),
        doc.number(body, "tcbEvaluationDataNumber", Integer.MAX_VALUE),
        bytes(doc, body, "miscselect", 8),
        bytes(doc, body, "miscselectMask", 8),
        bytes(doc, body, "attributes", 32),
        bytes(doc, body, "attributesMask", 32),
        bytes(doc, body, "mrsigner", 64),
        doc.number(body, "isvprodid", 65535),
        List.copyOf(levels));
  }

  private static byte[] bytes(SignedDocument doc, JsonObject body, String name, int digits)
      throws Rejected {
    return HexFormat.of().parseHex(doc.hex(body, name, digits));
  }

  /** Demands that a report is this quoting enclave's. */
  void match(EnclaveReport qe) throws Rejected {
    masked("miscSelect", qe.miscSelect(), miscSelect, miscSelectMask);
    masked("attributes", qe.attributes(), attributes, attributesMask);
    if (!java.security.MessageDigest.isEqual(qe.mrSigner(), mrSigner))
      throw mismatch(
          "MRSIGNER", HexFormat.of().formatHex(mrSigner), HexFormat.of().formatHex(qe.mrSigner()));
    if (qe.isvProdId() != isvProdId)
      throw mismatch("ISVPRODID", isvProdId + "", qe.isvProdId() + "");
  }

  private static void masked(String what, byte[] found, byte[] expected, byte[] mask)
      throws Rejected {
    for (int i = 0; i < expected.length; i++) {
      if ((byte) (found[i] & mask[i]) != expected[i]) {
        throw mismatch(what, HexFormat.of().formatHex(expected), HexFormat.of().formatHex(found));
      }
    }
  }

  private static Rejected mismatch(String what, String expected, String found) {
    return new Rejected(
        EvidenceCode.QE_IDENTITY_MISMATCH, what + " of the quoting enclave", expected, found);
  }
}
