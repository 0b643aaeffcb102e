package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.intel.IntelCases;
import dev.theca.evidence.intel.QuoteReader;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Genuine quotes through the whole verifier, as a user calls it. */
class IntelGenuineTest {
  private final Verifier verifier = Verifier.of(TrustRoots.intel());

  private static IntelQuote quote(JsonObject one) {
    return QuoteReader.parse(Vectors.bytes("intel/" + one.string("quote").orElseThrow())).orThrow();
  }

  private static Instant at(JsonObject one) {
    return Instant.ofEpochSecond(one.integer("time").orElseThrow());
  }

  @Test
  void the_verifier_agrees_with_intels_library_on_every_case() {
    var wrong = new ArrayList<String>();
    var verdicts = new EnumMap<Verdict, Integer>(Verdict.class);
    for (JsonObject one : IntelCases.all()) {
      var vc = verifier.prepare(IntelCases.collateral(one), at(one)).orThrow();
      var appraisal = verifier.verify(quote(one), vc, at(one), Expected.UNBOUND, Policy.QVL_COMPAT);
      var expected = one.object("expected").orElseThrow();
      long status = appraisal.tcb().map(t -> t.status().code().qvl()).orElse(-1);
      if (status != expected.integer("quote").orElseThrow())
        wrong.add(one.string("id").orElseThrow() + " " + appraisal.findings());
      boolean good = status == 0;
      assertThat(appraisal.verdict())
          .isEqualTo(
              good
                  ? Verdict.TRUSTED
                  : status == 49 ? Verdict.UNTRUSTED : Verdict.TRUSTED_WITH_WARNINGS);
      assertThat(appraisal.hardware()).isTrue();
      assertThat(appraisal.claims()).isPresent();
      var strict =
          verifier.verify(
              quote(one), vc, at(one), Expected.reportData(reportData(quote(one))), Policy.STRICT);
      verdicts.merge(strict.verdict(), 1, Integer::sum);
      if (status != 0) assertThat(strict.trusted()).isFalse();
    }
    assertThat(wrong).isEmpty();
    assertThat(verdicts.get(Verdict.TRUSTED)).as("strict: " + verdicts).isGreaterThan(0);
  }

  static byte[] reportData(IntelQuote quote) {
    return switch (quote) {
      case SgxQuote sgx -> sgx.report().reportData();
      case TdxQuote tdx -> tdx.report().reportData();
    };
  }

  @Test
  void a_quote_is_bound_or_not_trusted() {
    var one = up("TDX");
    var vc = verifier.prepare(IntelCases.collateral(one), at(one)).orThrow();
    var policy = Policy.STRICT.with(p -> p.allowSeptVe(true).extraTdAttributes(-1L));
    byte[] data = reportData(quote(one));
    var bound = verifier.verify(quote(one), vc, at(one), Expected.reportData(data), policy);
    assertThat(bound.verdict()).as(bound.findings() + "").isEqualTo(Verdict.TRUSTED);
    var unbound = verifier.verify(quote(one), vc, at(one), Expected.UNBOUND, policy);
    assertThat(unbound.verdict()).isEqualTo(Verdict.UNTRUSTED);
    assertThat(unbound.refusals().getFirst().code()).isEqualTo(EvidenceCode.BINDING_REPORT_DATA);
    byte[] longer = Arrays.copyOf(data, 65);
    var cut = verifier.verify(quote(one), vc, at(one), Expected.reportData(longer), policy);
    assertThat(cut.refusals().getFirst().code()).isEqualTo(EvidenceCode.BINDING_REPORT_DATA);
    var none = verifier.verify(quote(one), vc, at(one), Expected.reportData(new byte[0]), policy);
    assertThat(none.verdict()).isEqualTo(Verdict.UNTRUSTED);
  }

  private static JsonObject up(String tee) {
    return IntelCases.all().stream()
        .filter(c -> c.string("tee").orElse("").equals(tee))
        .filter(c -> c.object("expected").orElseThrow().integer("quote").orElse(-1L) == 0)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void every_flipped_bit_of_signed_bytes_and_signatures_is_refused() {
    for (String tee : new String[] {"SGX", "TDX"}) {
      var one = up(tee);
      var vc = verifier.prepare(IntelCases.collateral(one), at(one)).orThrow();
      byte[] good = Vectors.bytes("intel/" + one.string("quote").orElseThrow());
      int signed = quote(one).signedBytes().length;
      int end = signed + 4 + 128 + 384 + 64 + 40;
      for (int i = 0; i < end; i++) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << i % 8);
        if (QuoteReader.parse(bad) instanceof Outcome.Granted<IntelQuote>(var quote)) {
          var verdict =
              verifier.verify(quote, vc, at(one), Expected.UNBOUND, Policy.QVL_COMPAT).verdict();
          assertThat(verdict).as(tee + " byte " + i).isEqualTo(Verdict.UNTRUSTED);
        }
      }
    }
  }

  @Test
  void padded_quotes_parse_and_quotes_without_a_chain_are_refused_in_words() throws IOException {
    try (var files = Files.list(Vectors.path("intel/quotes-raw-padded"))) {
      for (var file : files.toList())
        assertThat(QuoteReader.parse(Files.readAllBytes(file)).isGranted()).as(file + "").isTrue();
    }
    int chainless = 0;
    try (var files = Files.list(Vectors.path("intel/quotes-without-collateral"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".bin")).toList()) {
        if (QuoteReader.parse(Files.readAllBytes(file))
                instanceof Outcome.Granted<IntelQuote>(var quote)
            && quote.signature().certificationType() != 5) {
          chainless++;
          assertThat(quote.platform()).isInstanceOf(Outcome.Refused.class);
        }
      }
    }
    assertThat(chainless).isPositive();
  }

  @Test
  void claims_are_named_as_trustee_names_them() {
    var expected =
        (JsonObject)
            Json.parse(Vectors.bytes("intel/trustee-claims/claims/parse_tdx_claims_expected.json"))
                .orThrow();
    var one =
        IntelCases.all().stream()
            .filter(c -> c.string("quote").orElse("").equals("quote/12b401a88a51edb2.bin"))
            .findFirst()
            .orElseThrow();
    var vc = verifier.prepare(IntelCases.collateral(one), at(one)).orThrow();
    var claims =
        verifier
            .verify(quote(one), vc, at(one), Expected.UNBOUND, Policy.QVL_COMPAT)
            .claims()
            .orElseThrow();
    for (Map.Entry<String, dev.theca.wire.json.JsonValue> claim : expected.members().entrySet()) {
      if (claim.getKey().equals("uefi_event_logs")) continue; // with the log, not with the quote
      if (claim.getValue() instanceof JsonObject part)
        assertThat(Json.canonical(claims.object(claim.getKey()).orElseThrow()))
            .as(claim.getKey())
            .isEqualTo(Json.canonical(part));
      else assertThat(claims.members().get(claim.getKey())).isEqualTo(claim.getValue());
    }
  }
}
