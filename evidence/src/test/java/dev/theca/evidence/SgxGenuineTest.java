package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Genuine quotes with genuine collateral, and what Intel's own library said about them. */
class SgxGenuineTest {
  private static final Policy ANY =
      new Policy(EnumSet.complementOf(EnumSet.of(TcbStatus.REVOKED)), Set.of(), true);

  private static Path folder() {
    String named = System.getenv("THECA_SHARED");
    Path shared =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    Path folder = shared.resolve("testdata/evidence/intel");
    assumeTrue(
        Files.exists(folder), () -> "test data not found: " + folder + " (set THECA_SHARED)");
    return folder;
  }

  @Test
  void every_genuine_sgx_quote_gets_the_status_that_intels_library_gave() throws IOException {
    Path folder = folder();
    var cases =
        (JsonArray)
            Json.parse(
                    Files.readAllBytes(folder.resolve("cases.json")),
                    new Limits(64 << 20, 32, 1 << 20, 256))
                .orThrow();
    var wrong = new ArrayList<String>();
    int checked = 0;
    for (JsonValue item : cases.items()) {
      var one = (JsonObject) item;
      if (!one.string("tee").orElse("").equals("SGX")
          || one.integer("quoteVersion").orElse(0L) != 3) continue;
      String found = status(folder, one, TrustRoots.intel());
      String expected =
          one.object("expected").orElseThrow().integer("quote").orElseThrow()
              + " "
              + one.object("expected").orElseThrow().string("tcbStatus").orElse("");
      if (!found.equals(expected))
        wrong.add(one.string("id").orElseThrow() + ": expected " + expected + ", found " + found);
      checked++;
    }
    assertThat(wrong).as("of " + checked).isEmpty();
    assertThat(checked).isGreaterThan(100);
  }

  private static String status(Path folder, JsonObject one, TrustRoots roots) throws IOException {
    Instant at = Instant.ofEpochSecond(one.integer("time").orElseThrow());
    String signing = text(folder, one, "tcbchain");
    String pck = text(folder, one, "pck");
    String ca =
        pck.substring(pck.indexOf("-----BEGIN", pck.indexOf("-----END"))); // without the leaf
    var collateral =
        new IntelCollateral(
            bytes(folder, one, "tcb"),
            signing,
            bytes(folder, one, "qe"),
            signing,
            bytes(folder, one, "pckcrl"),
            ca,
            bytes(folder, one, "rootcrl"));
    var prepared = SgxVerifier.prepare(collateral, roots, at);
    if (prepared instanceof Outcome.Refused<VerifiedCollateral>(var reasons))
      return reasons.toString();
    var quote = SgxQuote.parse(bytes(folder, one, "quote"));
    if (quote instanceof Outcome.Refused<SgxQuote>(var reasons)) return reasons.toString();
    var appraisal =
        SgxVerifier.verify(quote.orThrow(), prepared.orThrow(), at, Expected.UNBOUND, ANY);
    if (appraisal.tcb().isEmpty()) return appraisal.findings().toString();
    var tcb = appraisal.tcb().get();
    var expected = one.object("expected").orElseThrow();
    assertThat(List.copyOf(tcb.advisories()))
        .isEqualTo(expected.strings("advisoriesCurrent").orElse(List.of()));
    assertThat(tcb.date().getEpochSecond())
        .isEqualTo(expected.integer("currentTcbDate").orElseThrow());
    assertThat((long) tcb.evaluationNumber()).isEqualTo(expected.integer("evalNum").orElseThrow());
    assertThat(appraisal.hardware()).isTrue();
    return tcb.status().code().qvl() + " " + tcb.status().word();
  }

  private static byte[] bytes(Path folder, JsonObject one, String member) throws IOException {
    return Files.readAllBytes(folder.resolve(one.string(member).orElseThrow()));
  }

  private static String text(Path folder, JsonObject one, String member) throws IOException {
    return Files.readString(
        folder.resolve(one.string(member).orElseThrow()),
        java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
