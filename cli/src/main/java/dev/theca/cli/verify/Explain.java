package dev.theca.cli.verify;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Finding;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.Verdict;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An appraisal in words, and as JSON. */
final class Explain {
  private Explain() {}

  static Appraisal unreadable(List<Refusal> reasons) {
    return of(Verdict.UNTRUSTED, Severity.FATAL, reasons);
  }

  /** What is missing leaves the question open; what is wrong with the collateral does not. */
  static Appraisal unverifiable(List<Refusal> reasons) {
    boolean missing = reasons.getFirst().code().id().equals(EvidenceCode.COLLATERAL_MISSING.id());
    return missing
        ? of(Verdict.UNVERIFIABLE, Severity.MISSING, reasons)
        : of(Verdict.UNTRUSTED, Severity.FATAL, reasons);
  }

  private static Appraisal of(Verdict verdict, Severity severity, List<Refusal> reasons) {
    var findings = new ArrayList<Finding>();
    for (Refusal r : reasons) {
      var code = r.code() instanceof EvidenceCode known ? known : EvidenceCode.FORMAT_EVIDENCE;
      findings.add(new Finding(code, severity, Step.FORMAT, r.what(), r.expected(), r.found()));
    }
    return new Appraisal(verdict, findings, Optional.empty(), Optional.empty(), "", Instant.MIN);
  }

  static void print(
      PrintStream out,
      Path file,
      Outcome<Evidence> parsed,
      Appraisal appraisal,
      Instant at,
      Policy policy) {
    String kind =
        parsed instanceof Outcome.Granted<Evidence>(var evidence)
            ? evidence.type().word()
            : "unreadable";
    out.println(kind + " evidence in " + file + ", as of " + at + ", policy " + policy.name());
    for (Finding f : appraisal.findings()) {
      out.printf(
          "  %-7s %-12s %s%n",
          mark(f.severity()), f.step().name().toLowerCase(Locale.ROOT).replace('_', '-'), words(f));
    }
    appraisal.tcb().ifPresent(tcb -> tcb(out, tcb));
    if (!appraisal.rootName().isEmpty())
      out.println(
          "root: "
              + appraisal.rootName()
              + (appraisal.hardware()
                  ? " (hardware)"
                  : appraisal.rootName().startsWith("sim:")
                      ? " (SIMULATED: no hardware vouches for this)"
                      : " (yours: no vendor's root vouches for it)"));
    out.println("verdict: " + VerifyCommand.word(appraisal.verdict()));
    for (Refusal reason : appraisal.refusals()) out.println("  " + reason);
  }

  private static String mark(Severity severity) {
    return switch (severity) {
      case PASSED -> "ok";
      case NOTE -> "note";
      case WARNING -> "WARNING";
      case MISSING -> "MISSING";
      case FATAL -> "NO";
    };
  }

  private static String words(Finding f) {
    String is = f.what() + (f.found().isEmpty() ? "" : ": " + f.found());
    return f.severity() == Severity.PASSED ? is : is + "; expected " + f.expected();
  }

  private static void tcb(PrintStream out, TcbVerdict tcb) {
    out.println(
        "tcb: " + tcb.status().word() + " of " + tcb.launchDate() + " " + tcb.advisoriesLaunch());
    if (tcb.current() != tcb.launch())
      out.println(
          "  now: "
              + tcb.current().word()
              + " of "
              + tcb.currentDate()
              + " "
              + tcb.advisoriesCurrent());
    tcb.nearest()
        .ifPresent(
            level ->
                out.println(
                    "  nearest level: "
                        + level.status().word()
                        + " of "
                        + level.date()
                        + "; "
                        + tcb.failingComponent()));
  }

  static String json(Outcome<Evidence> parsed, Appraisal appraisal, Instant at, Policy policy) {
    var out = JsonObject.builder();
    if (parsed instanceof Outcome.Granted<Evidence>(var evidence))
      out.put("tee", evidence.type().word());
    out.put("verdict", appraisal.verdict().name())
        .put("policy", policy.name())
        .put("time", at.toString())
        .put("hardware", appraisal.hardware())
        .put("trust_root", appraisal.rootName());
    if (appraisal.validUntil().isAfter(Instant.EPOCH)
        && appraisal.validUntil().isBefore(Instant.MAX))
      out.put("valid_until", appraisal.validUntil().toString());
    out.put(
        "findings", new JsonArray(appraisal.findings().stream().map(Explain::finding).toList()));
    out.put(
        "refusals",
        new JsonArray(
            appraisal.refusals().stream().map(r -> (JsonValue) RefusalJson.write(r)).toList()));
    appraisal.tcb().ifPresent(tcb -> out.put("tcb", tcb(tcb)));
    appraisal.claims().ifPresent(claims -> out.put("claims", claims));
    return Json.pretty(out.build());
  }

  private static JsonValue finding(Finding f) {
    var out =
        JsonObject.builder()
            .put("code", f.code().id())
            .put("severity", f.severity().name().toLowerCase(Locale.ROOT))
            .put("step", f.step().name().toLowerCase(Locale.ROOT))
            .put("what", f.what())
            .put("expected", f.expected())
            .put("found", f.found());
    if (f.code().qvl() >= 0) out.put("qvl", f.code().qvl());
    return out.build();
  }

  private static JsonObject tcb(TcbVerdict tcb) {
    var out =
        JsonObject.builder()
            .put("status", tcb.status().word())
            .put("launch", tcb.launch().word())
            .put("current", tcb.current().word())
            .put("launch_date", tcb.launchDate().toString())
            .put("current_date", tcb.currentDate().toString())
            .put("advisories_launch", JsonArray.strings(List.copyOf(tcb.advisoriesLaunch())))
            .put("advisories_current", JsonArray.strings(List.copyOf(tcb.advisoriesCurrent())))
            .put("evaluation_number", tcb.evaluationNumber());
    if (!tcb.failingComponent().isEmpty()) out.put("failing_component", tcb.failingComponent());
    tcb.nearest().ifPresent(l -> out.put("nearest", l.status().word() + " of " + l.date()));
    return out.build();
  }
}
