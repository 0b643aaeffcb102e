package dev.theca.evidence.intel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.QvlCompat;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.Vectors;
import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** What Intel's own library said about genuine and edited input, repeated number by number. */
class QvlCaseTest {
  private final QvlCase qvl = new QvlCase(new Signatures(new Ecdsa(24), 256));

  private static String numbers(JsonObject expected) {
    return expected.integer("pckChain").orElseThrow()
        + " "
        + expected.integer("tcbInfo").orElseThrow()
        + " "
        + expected.integer("qeIdentity").orElseThrow()
        + " "
        + expected.integer("quote").orElseThrow();
  }

  private static String numbers(QvlCompat.Result result) {
    return result.pckChain()
        + " "
        + result.tcbInfo()
        + " "
        + result.qeIdentity()
        + " "
        + result.quote();
  }

  private static String details(JsonObject expected) {
    if (expected.integer("evalNum").isEmpty()) return expected.string("tcbStatus").orElse("");
    return String.join(
        " ",
        expected.string("tcbStatus").orElseThrow(),
        expected.string("launchStatus").orElseThrow(),
        expected.string("currentStatus").orElseThrow(),
        expected.integer("launchTcbDate").orElseThrow() + "",
        expected.integer("currentTcbDate").orElseThrow() + "",
        expected.integer("evalNum").orElseThrow() + "",
        expected.strings("advisoriesLaunch").orElseThrow() + "",
        expected.strings("advisoriesCurrent").orElseThrow() + "");
  }

  private static String details(TcbVerdict tcb, boolean full) {
    if (!full) return tcb.status().word();
    return String.join(
        " ",
        tcb.status().word(),
        tcb.launch().word(),
        tcb.current().word(),
        seconds(tcb.launchDate()),
        seconds(tcb.currentDate()),
        tcb.evaluationNumber() + "",
        text(tcb.advisoriesLaunch()),
        text(tcb.advisoriesCurrent()));
  }

  private static String seconds(Instant at) {
    return at.getEpochSecond() + "";
  }

  private static String text(SortedSet<String> advisories) {
    return List.copyOf(advisories) + "";
  }

  @Test
  void every_genuine_case_gets_the_numbers_dates_and_advisories_of_intels_library() {
    var wrong = new ArrayList<String>();
    var all = IntelCases.all();
    for (JsonObject one : all) {
      var expected = one.object("expected").orElseThrow();
      var result = qvl.judge(IntelCases.input(one));
      boolean full = expected.integer("evalNum").isPresent();
      String found =
          numbers(result) + " " + result.tcb().map(t -> details(t, full)).orElse("no details");
      String wanted = numbers(expected) + " " + details(expected);
      if (!found.equals(wanted))
        wrong.add(one.string("id").orElseThrow() + ":\n  " + wanted + "\n  " + found);
    }
    assertThat(wrong).as("of " + all.size()).isEmpty();
    assertThat(all).hasSizeGreaterThan(500);
  }

  @Test
  void every_recorded_edit_gets_the_numbers_of_intels_library() {
    Map<String, JsonObject> bases = new HashMap<>();
    for (JsonObject one : IntelCases.all()) bases.put(one.string("id").orElseThrow(), one);
    var wrong = new ArrayList<String>();
    var edits = Vectors.objects("intel/negative/mutations.json");
    for (JsonObject edit : edits) {
      var base = bases.get(edit.string("base").orElseThrow());
      var files = IntelCases.files(base);
      long at = IntelCases.mutate(files, edit, base.integer("time").orElseThrow());
      String found = numbers(qvl.judge(IntelCases.input(files, at)));
      String wanted = numbers(edit.object("expected").orElseThrow());
      if (!found.equals(wanted))
        wrong.add(edit.string("name").orElseThrow() + ": expected " + wanted + ", found " + found);
    }
    assertThat(wrong).as("of " + edits.size()).isEmpty();
    assertThat(edits).hasSizeGreaterThan(200);
  }
}
