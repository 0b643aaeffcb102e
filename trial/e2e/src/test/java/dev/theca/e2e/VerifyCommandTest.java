package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.forge.SgxPlatform;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code theca verify} and {@code theca collateral} as a user runs them. */
class VerifyCommandTest {
  @TempDir static Path place;
  private static ForgedSite site;
  private static Path quote;
  private static String data;

  @BeforeAll
  static void forge() throws IOException {
    site =
        new ForgedSite(
            place, Instant.now().truncatedTo(ChronoUnit.SECONDS), SgxPlatform.Knobs.good());
    data = "ab".repeat(64);
    quote =
        Files.write(
            place.resolve("quote.bin"), site.quote(java.util.HexFormat.of().parseHex(data)));
  }

  private static DemoRun verify(String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of("verify", "--evidence", quote + "", "--collateral", site.folder + ""));
    arguments.addAll(List.of(more));
    return DemoRun.run(arguments);
  }

  @Test
  void aGoodQuoteUnderANamedRoot() {
    var run =
        verify("--trust-root", "sim:site=" + site.rootFile, "--expect-report-data", data, "--json");
    assertEquals(0, run.exitCode, run.progress);
    assertEquals("TRUSTED", run.report.string("verdict").orElse(""));
    assertEquals(false, run.report.bool("hardware").orElse(true));
    assertTrue(run.report.array("findings").orElseThrow().size() > 8);
    assertTrue(run.report.object("claims").orElseThrow().bool("simulated").orElse(false));
  }

  @Test
  void aSimulatedRootThatNobodyNamed() {
    var run = verify("--expect-report-data", data);
    assertEquals(2, run.exitCode, run.progress);
    assertTrue(run.progress.contains("chain-untrusted"), run.progress);
    assertTrue(run.progress.contains("verdict: untrusted"), run.progress);
  }

  @Test
  void aQuoteForAnotherSessionAndOneForNone() {
    var root = "sim:site=" + site.rootFile;
    var other = verify("--trust-root", root, "--expect-report-data", "cd".repeat(64));
    assertEquals(2, other.exitCode, other.progress);
    assertTrue(other.progress.contains("binding-report-data"), other.progress);
    var none = verify("--trust-root", root);
    assertEquals(2, none.exitCode, none.progress);
    assertTrue(none.progress.contains("may be a replay"), none.progress);
  }

  @Test
  void aQuoteWithoutCollateral() {
    var run = DemoRun.run(List.of("verify", "--evidence", quote + ""));
    assertEquals(3, run.exitCode, run.progress);
    assertTrue(run.progress.contains("collateral-missing"), run.progress);
  }

  @Test
  void aBundleThatServesLikeItsFolder() throws IOException {
    Path bundle = place.resolve("bundle.json");
    var made = DemoRun.run(List.of("collateral", "bundle", site.folder + "", "--to", bundle + ""));
    assertEquals(0, made.exitCode, made.progress);
    var run =
        DemoRun.run(
            List.of(
                "verify",
                "--evidence",
                quote + "",
                "--collateral",
                bundle + "",
                "--trust-root",
                "sim:site=" + site.rootFile,
                "--expect-report-data",
                data));
    assertEquals(0, run.exitCode, run.progress);
    Path copy = place.resolve("copy");
    var fetched =
        DemoRun.run(
            List.of(
                "collateral",
                "fetch",
                "--evidence",
                quote + "",
                "--from",
                bundle + "",
                "--to",
                copy + ""));
    assertEquals(0, fetched.exitCode, fetched.progress);
    Path mine = site.folder.resolve("sgx").resolve(site.model.fmspc()).resolve("tcb-info.json");
    Path theirs = copy.resolve("sgx").resolve(site.model.fmspc()).resolve("tcb-info.json");
    assertEquals(Files.readString(mine), Files.readString(theirs));
    var shown = DemoRun.run(List.of("collateral", "show", site.folder + ""));
    assertEquals(2, shown.exitCode, shown.progress); // nobody named this root
    assertTrue(shown.progress.contains(site.model.fmspc()), shown.progress);
  }

  @Test
  void aWrongOptionThatIsIgnored() {
    assertEquals(64, DemoRun.run(List.of("verify")).exitCode);
    assertEquals(64, verify("--policy", "lax").exitCode);
    assertEquals(64, verify("--time", "yesterday").exitCode);
    assertEquals(64, verify("--tee", "sgy").exitCode);
    assertEquals(64, verify("--expect-report-data", "xyz").exitCode);
    assertEquals(64, verify("--trust-root", "intel=" + site.rootFile).exitCode);
    assertEquals(64, DemoRun.run(List.of("verify", "--cases", "/nowhere")).exitCode);
    assertEquals(64, DemoRun.run(List.of("collateral", "show", "/nowhere")).exitCode);
  }

  @Test
  void aCommandWithoutHelp() {
    for (var command :
        List.of(
            List.of("verify"),
            List.of("collateral", "fetch"),
            List.of("collateral", "show"),
            List.of("collateral", "bundle"))) {
      var arguments = new java.util.ArrayList<>(command);
      arguments.add("--help");
      var help = DemoRun.run(arguments);
      assertEquals(0, help.exitCode, help.progress);
      assertTrue(help.progress.contains("Example"), help.progress);
      assertTrue(help.progress.contains("Exit codes"), help.progress);
    }
  }

  private static Path recorded() {
    String named = System.getenv("THECA_SHARED");
    Path shared = named != null ? Path.of(named) : DemoRun.ROOT.resolve("../shared");
    Path data = shared.resolve("testdata/evidence");
    assumeTrue(Files.exists(data), () -> "test data not found: " + data + " (set THECA_SHARED)");
    return data;
  }

  @Test
  void recordedTokensUnderAnAnchorAndUnderNone() {
    Path cca = recorded().resolve("cca/trustee");
    var token = List.of("verify", "--tee", "cca", "--evidence", cca + "/cca-example-token.cbor");
    var none = DemoRun.run(token);
    assertEquals(3, none.exitCode, none.progress);
    assertTrue(none.progress.contains("--anchor"), none.progress);
    var known = new java.util.ArrayList<>(token);
    known.addAll(List.of("--anchor", cca + "/tastore.json"));
    known.addAll(List.of("--reference-values", cca + "/rvstore.json", "--json"));
    var unbound = DemoRun.run(known);
    assertEquals(2, unbound.exitCode, unbound.progress);
    assertTrue(unbound.report.object("claims").isPresent(), unbound.progress);
    known.set(known.size() - 4, cca + "/rvstore.json");
    assertTrue(codes(DemoRun.run(known)).contains("format-anchor"));
  }

  @Test
  void recordedTpmQuotesUnderAnEnrolledKeyAndUnderAnother() throws IOException {
    Path file = recorded().resolve("tpm/trustee/tpm_evidence.json");
    var key = Json.object(Files.readAllBytes(file)).orThrow().string("ak_public").orElseThrow();
    String pem = "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n";
    Path enrolled = Files.writeString(place.resolve("ak.pem"), pem);
    var with = List.of("verify", "--tee", "tpm", "--evidence", file + "", "--json", "--anchor");
    var known = new java.util.ArrayList<>(with);
    known.add(enrolled + "");
    assertFalse(codes(DemoRun.run(known)).contains("policy-anchor"));
    known.set(known.size() - 1, site.rootFile + "");
    assertTrue(codes(DemoRun.run(known)).contains("policy-anchor"));
  }

  /** What stands against the evidence. */
  private static String codes(DemoRun run) {
    return run.report.array("findings").orElseThrow().stream()
        .map(JsonObject.class::cast)
        .filter(f -> f.string("severity").orElse("").equals("fatal"))
        .map(f -> f.string("code").orElseThrow())
        .toList()
        .toString();
  }

  @Test
  void recordedCasesThatComeOutOtherwise() {
    Path data = recorded();
    var intel =
        DemoRun.run(List.of("verify", "--cases", data.resolve("intel/cases.json") + "", "--json"));
    assertEquals(0, intel.exitCode, () -> intel.progress.substring(0, 500));
    assertTrue(intel.progress.contains(" 0 differ"));
    assertFalse(intel.progress.contains("\"actual\":{}"));
    var snp = DemoRun.run(List.of("verify", "--cases", data.resolve("snp") + "", "--json"));
    assertEquals(0, snp.exitCode, snp.progress);
  }
}
