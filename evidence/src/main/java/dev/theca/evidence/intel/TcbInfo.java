package dev.theca.evidence.intel;

import dev.theca.evidence.TcbLevel;
import dev.theca.evidence.TcbStatus;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * TCB info of version 2 or 3 (Intel PCS v3 and v4): the levels of one platform model, newest first
 * whatever their order in the document.
 */
record TcbInfo(
    int version,
    boolean tdx,
    String fmspc,
    String pceId,
    Instant issueDate,
    Instant nextUpdate,
    int evaluationNumber,
    List<TcbLevel> levels,
    Optional<TdxModule> module,
    List<TdxModule> moduleIdentities) {
  private static final int MAX_LEVELS = 256;

  /** A TDX module generation; {@code id} is empty for the one outside the identities. */
  record TdxModule(
      String id,
      byte[] mrSigner,
      byte[] attributes,
      byte[] attributesMask,
      List<SvnLevel> levels) {}

  static TcbInfo read(SignedDocument doc) throws Rejected {
    var body = doc.body;
    int version = (int) doc.number(body, "version", Integer.MAX_VALUE);
    if (version != 2 && version != 3) throw doc.bad("version 2 or 3", version + "");
    boolean tdx = false;
    if (version == 3) {
      String id = doc.text(body, "id");
      if (!id.equals("SGX") && !id.equals("TDX"))
        throw doc.bad("id SGX or TDX", "'" + SignedDocument.shown(id) + "'");
      tdx = id.equals("TDX");
    }
    Instant issued = doc.date(body, "issueDate");
    Instant next = doc.date(body, "nextUpdate");
    String fmspc = doc.hex(body, "fmspc", 12);
    String pceId = doc.hex(body, "pceId", 4);
    if (doc.number(body, "tcbType", Integer.MAX_VALUE) != 0) throw doc.bad("tcbType 0", "another");
    int number = (int) doc.number(body, "tcbEvaluationDataNumber", Integer.MAX_VALUE);
    Optional<TdxModule> module = Optional.empty();
    List<TdxModule> identities = List.of();
    if (version == 3) {
      boolean has = body.members().containsKey("tdxModule");
      boolean hasIdentities = body.members().containsKey("tdxModuleIdentities");
      if (!tdx && (has || hasIdentities)) throw doc.bad("no TDX module for SGX", "one");
      if (tdx && !has) throw doc.bad("a TDX module", "none");
      if (tdx) module = Optional.of(module(doc, doc.object(body, "tdxModule"), ""));
      if (hasIdentities) identities = identities(doc, body);
    }
    return new TcbInfo(
        version,
        tdx,
        fmspc,
        pceId,
        issued,
        next,
        number,
        levels(doc, version, tdx),
        module,
        identities);
  }

  private static TdxModule module(SignedDocument doc, JsonObject from, String id) throws Rejected {
    return new TdxModule(
        id,
        doc.bytes(from, "mrsigner", 96),
        doc.bytes(from, "attributes", 16),
        doc.bytes(from, "attributesMask", 16),
        List.of());
  }

  private static List<TdxModule> identities(SignedDocument doc, JsonObject body) throws Rejected {
    var found = new ArrayList<TdxModule>();
    for (JsonObject one : doc.objects(body, "tdxModuleIdentities", 64)) {
      var plain = module(doc, one, doc.text(one, "id").toUpperCase(Locale.ROOT));
      var levels = SvnLevel.read(doc, one, 255);
      for (SvnLevel level : levels)
        if (level.status() != TcbStatus.UP_TO_DATE
            && level.status() != TcbStatus.OUT_OF_DATE
            && level.status() != TcbStatus.REVOKED)
          throw doc.bad("a module status UpToDate, OutOfDate or Revoked", level.status().word());
      found.add(
          new TdxModule(
              plain.id(), plain.mrSigner(), plain.attributes(), plain.attributesMask(), levels));
    }
    return List.copyOf(found);
  }

  private static List<TcbLevel> levels(SignedDocument doc, int version, boolean tdx)
      throws Rejected {
    if (!doc.body.members().containsKey("tcbLevels")) throw doc.bad("'tcbLevels'", "none");
    var levels = new ArrayList<TcbLevel>();
    var seen = new HashSet<List<Object>>();
    for (JsonObject item : doc.objects(doc.body, "tcbLevels", MAX_LEVELS)) {
      Instant date = doc.date(item, "tcbDate");
      var advisories = new TreeSet<>(doc.advisories(item));
      TcbStatus status = status(doc, item);
      JsonObject tcb = doc.object(item, "tcb");
      List<Integer> sgx =
          version == 3 ? components(doc, tcb, "sgxtcbcomponents") : components2(doc, tcb);
      if (tcb.integer("pcesvn").isEmpty()) throw doc.missing("a number 'pcesvn'");
      int pceSvn = (int) doc.number(tcb, "pcesvn", 65535);
      List<Integer> tdxSvns = tdx ? components(doc, tcb, "tdxtcbcomponents") : List.of();
      if (!seen.add(List.of(sgx, pceSvn, tdxSvns))) throw doc.bad("different levels", "one twice");
      levels.add(new TcbLevel(sgx, pceSvn, tdxSvns, date, status, advisories));
    }
    levels.sort(
        Comparator.comparing(TcbLevel::sgx, TcbInfo::lexicographic)
            .thenComparingInt(TcbLevel::pceSvn)
            .thenComparing(TcbLevel::tdx, TcbInfo::lexicographic)
            .reversed());
    return List.copyOf(levels);
  }

  private static int lexicographic(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = Integer.compare(a.get(i), b.get(i));
      if (order != 0) return order;
    }
    return 0;
  }

  static TcbStatus status(SignedDocument doc, JsonObject level) throws Rejected {
    if (!(doc.member(level, "tcbStatus") instanceof JsonString(String word)))
      throw doc.missing("a string 'tcbStatus'");
    return TcbStatus.ofLevel(word)
        .orElseThrow(() -> doc.bad("a known tcbStatus", "'" + SignedDocument.shown(word) + "'"));
  }

  private static List<Integer> components(SignedDocument doc, JsonObject tcb, String name)
      throws Rejected {
    if (!(tcb.members().get(name) instanceof JsonArray(List<JsonValue> items))
        || items.size() != 16) throw doc.missing("16 entries in '" + name + "'");
    var svns = new ArrayList<Integer>(16);
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject component)) throw doc.missing("objects in '" + name + "'");
      svns.add((int) doc.number(component, "svn", 255));
    }
    return List.copyOf(svns);
  }

  private static List<Integer> components2(SignedDocument doc, JsonObject tcb) throws Rejected {
    var svns = new ArrayList<Integer>(16);
    for (int i = 1; i <= 16; i++)
      svns.add((int) doc.number(tcb, "sgxtcbcomp" + (i < 10 ? "0" : "") + i + "svn", 255));
    return List.copyOf(svns);
  }

  /** The module generation that a TD's SVN names, when its second byte is above zero. */
  Optional<TdxModule> generation(int number) {
    String id = "TDX_%02X".formatted(number);
    return moduleIdentities.stream().filter(m -> m.id().equals(id)).findFirst();
  }
}
