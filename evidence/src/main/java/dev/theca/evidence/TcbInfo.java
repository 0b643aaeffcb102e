package dev.theca.evidence;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * SGX TCB info of version 2 or 3 (Intel PCS v3 and v4): the levels of one platform model, newest
 * first.
 */
record TcbInfo(
    String fmspc,
    String pceId,
    Instant issueDate,
    Instant nextUpdate,
    int evaluationNumber,
    List<Level> levels) {
  /** One TCB level; a platform fits when each of its SVNs is at least this. */
  record Level(
      int[] components, int pceSvn, Instant date, TcbStatus status, List<String> advisories) {
    /** Empty when the platform fits, else the first component that is too low. */
    String firstTooLow(int[] svns, int platformPceSvn) {
      for (int i = 0; i < 16; i++) {
        if (svns[i] < components[i])
          return "component "
              + (i + 1)
              + " has SVN "
              + svns[i]
              + ", the level needs "
              + components[i];
      }
      return platformPceSvn < pceSvn
          ? "PCE has SVN " + platformPceSvn + ", the level needs " + pceSvn
          : "";
    }

    int tooLow(int[] svns, int platformPceSvn) {
      int count = platformPceSvn < pceSvn ? 1 : 0;
      for (int i = 0; i < 16; i++) if (svns[i] < components[i]) count++;
      return count;
    }
  }

  private static final int MAX_LEVELS = 256;

  static TcbInfo read(SignedDocument doc) throws Rejected {
    var body = doc.body;
    int version = doc.number(body, "version", 1000);
    if (version != 2 && version != 3) throw doc.bad("version 2 or 3", version + "");
    if (version == 3 && !doc.text(body, "id").equals("SGX"))
      throw doc.bad("id SGX", doc.text(body, "id"));
    if (doc.number(body, "tcbType", 100) != 0) throw doc.bad("tcbType 0", "another");
    var list = body.array("tcbLevels").orElseThrow(() -> doc.missing("an array 'tcbLevels'"));
    if (list.isEmpty() || list.size() > MAX_LEVELS)
      throw doc.bad("1 to " + MAX_LEVELS + " levels", list.size() + "");
    var levels = new ArrayList<Level>();
    var seen = new HashSet<String>();
    for (JsonValue item : list) {
      if (!(item instanceof JsonObject level)) throw doc.bad("objects as levels", "others");
      var tcb = level.object("tcb").orElseThrow(() -> doc.missing("an object 'tcb'"));
      int[] components = version == 3 ? components3(doc, tcb) : components2(doc, tcb);
      int pceSvn = doc.number(tcb, "pcesvn", 65535);
      if (!seen.add(Arrays.toString(components) + pceSvn))
        throw doc.bad("different levels", "one twice");
      levels.add(
          new Level(
              components,
              pceSvn,
              doc.date(level, "tcbDate"),
              doc.status(level),
              level.strings("advisoryIDs").orElse(List.of())));
    }
    levels.sort(
        Comparator.comparing(Level::components, Arrays::compare)
            .thenComparingInt(Level::pceSvn)
            .reversed());
    return new TcbInfo(
        doc.hex(body, "fmspc", 12),
        doc.hex(body, "pceId", 4),
        doc.date(body, "issueDate"),
        doc.date(body, "nextUpdate"),
        doc.number(body, "tcbEvaluationDataNumber", Integer.MAX_VALUE),
        List.copyOf(levels));
  }

  private static int[] components3(SignedDocument doc, JsonObject tcb) throws Rejected {
    var list =
        tcb.array("sgxtcbcomponents").orElseThrow(() -> doc.missing("an array 'sgxtcbcomponents'"));
    if (list.size() != 16) throw doc.bad("16 components", list.size() + "");
    int[] svns = new int[16];
    for (int i = 0; i < 16; i++) {
      if (!(list.get(i) instanceof JsonObject component))
        throw doc.bad("objects as components", "others");
      svns[i] = doc.number(component, "svn", 255);
    }
    return svns;
  }

  private static int[] components2(SignedDocument doc, JsonObject tcb) throws Rejected {
    int[] svns = new int[16];
    for (int i = 0; i < 16; i++)
      svns[i] = doc.number(tcb, "sgxtcbcomp%02dsvn".formatted(i + 1), 255);
    return svns;
  }
}
