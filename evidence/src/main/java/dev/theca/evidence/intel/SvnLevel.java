package dev.theca.evidence.intel;

import dev.theca.evidence.TcbStatus;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The status of an enclave or module from one SVN on. */
record SvnLevel(int svn, Instant date, TcbStatus status, List<String> advisories) {
  private static final int MAX_LEVELS = 256;

  /** The member {@code tcbLevels}, highest SVN first. */
  static List<SvnLevel> read(SignedDocument doc, JsonObject from, int maxSvn) throws Rejected {
    if (!from.members().containsKey("tcbLevels")) throw doc.missing("'tcbLevels'");
    var levels = new ArrayList<SvnLevel>();
    for (JsonObject level : doc.objects(from, "tcbLevels", MAX_LEVELS)) {
      Instant date = doc.date(level, "tcbDate");
      TcbStatus status = TcbInfo.status(doc, level);
      int svn = (int) doc.number(doc.object(level, "tcb"), "isvsvn", maxSvn);
      levels.add(new SvnLevel(svn, date, status, doc.advisories(level)));
    }
    levels.sort(Comparator.comparingInt(SvnLevel::svn).thenComparing(SvnLevel::date).reversed());
    return List.copyOf(levels);
  }

  static Optional<SvnLevel> of(List<SvnLevel> levels, int svn) {
    return levels.stream().filter(level -> svn >= level.svn()).findFirst();
  }
}
