package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SgxForgedTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final KeyPair ROOT = Signer.newKey();
  private static final TrustRoots ROOTS = TrustRoots.intel().with("sim:test", ROOT.getPublic());
  private static final byte[] DATA = new byte[64];

  static {
    Arrays.fill(DATA, (byte) 0xAB);
  }

  private static SgxPlatform platform(Knobs knobs) {
    byte[] svn = new byte[16];
    Arrays.fill(svn, (byte) 5);
    svn[3] = (byte) 200;
    return new SgxPlatform(ROOT, svn, new byte[] {0, 0x11, 0x22, 0x33, 0x44, 0x55}, NOW, knobs);
  }

  private static byte[] report(long flags) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, flags).putLong(56, 3).put(320, DATA);
    for (int i = 64; i < 96; i++) body.put(i, (byte) 0x77);
    return body.array();
  }

  static IntelCollateral collateral(SgxPlatform platform, Knobs knobs) {
    var d = platform.documents(NOW, knobs);
    return new IntelCollateral(
        d.tcbInfo(),
        d.tcbChain(),
        d.qeIdentity(),
        d.qeChain(),
        d.pckCrl(),
        d.pckCrlChain(),
        d.rootCrl());
  }

  private static String outcome(
      Knobs knobs, Instant at, long flags, Expected expected, TrustRoots roots) {
    var platform = platform(knobs);
    var verifier = Verifier.of(roots);
    var prepared = verifier.prepare(collateral(platform, knobs), at);
    if (prepared instanceof Outcome.Refused<VerifiedCollateral>(var reasons))
      return reasons.getFirst().code().id();
    var quote = SgxQuote.parse(platform.quote(report(flags))).orThrow();
    var appraisal = verifier.verify(quote, prepared.orThrow(), at, expected, Policy.STANDARD);
    if (appraisal.verdict() == Verdict.TRUSTED) {
      assertThat(appraisal.rootName()).isEqualTo("sim:test");
      assertThat(appraisal.hardware()).isFalse();
    }
    return appraisal.trusted()
        ? appraisal.verdict().name()
        : appraisal.refusals().getFirst().code().id();
  }

  static Stream<Arguments> worlds() {
    Knobs good = Knobs.good();
    Duration day = Duration.ofDays(1);
    return Stream.of(
        Arguments.of("good", good, NOW, "TRUSTED"),
        Arguments.of(
            "warning", good.withTcb("SWHardeningNeeded", "SA-1"), NOW, "TRUSTED_WITH_WARNINGS"),
        Arguments.of("out of date", good.withTcb("OutOfDate", "SA-1"), NOW, "tcb-out-of-date"),
        Arguments.of("revoked level", good.withTcb("Revoked"), NOW, "tcb-revoked"),
        Arguments.of("old quoting enclave", good.withQe("OutOfDate"), NOW, "tcb-out-of-date"),
        Arguments.of("revoked quoting enclave", good.withQe("Revoked"), NOW, "tcb-revoked"),
        Arguments.of("unknown status", good.withTcb("Fine"), NOW, "format-tcb-info-value"),
        Arguments.of("revoked platform", good.withRevoked(true, false), NOW, "revocation-pck"),
        Arguments.of(
            "revoked authority", good.withRevoked(false, true), NOW, "revocation-intermediate"),
        Arguments.of(
            "documents of yesterday",
            good.withValidity(day, day.multipliedBy(9), day.multipliedBy(90)),
            NOW.plus(day).plusSeconds(1),
            "collateral-tcb-info-expired"),
        Arguments.of(
            "lists of yesterday",
            good.withValidity(day.multipliedBy(9), day, day.multipliedBy(90)),
            NOW.plus(day).plusSeconds(1),
            "revocation-crl-expired"),
        Arguments.of(
            "certificates of yesterday",
            good.withValidity(day.multipliedBy(9), day.multipliedBy(9), day),
            NOW.plus(day).plusSeconds(1),
            "chain-expired"),
        Arguments.of(
            "collateral of tomorrow", good, NOW.minusSeconds(60), "revocation-crl-expired"),
        Arguments.of(
            "another model's TCB info",
            good.withOtherFmspc(),
            NOW,
            "collateral-tcb-info-mismatch"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  void each_world_gets_the_verdict_it_deserves(
      String name, Knobs knobs, Instant at, String expected) {
    assertThat(outcome(knobs, at, 0x5, Expected.reportData(DATA), ROOTS)).isEqualTo(expected);
  }

  @Test
  void a_simulated_root_is_refused_unless_somebody_named_it() {
    assertThat(outcome(Knobs.good(), NOW, 0x5, Expected.reportData(DATA), TrustRoots.intel()))
        .isEqualTo("chain-untrusted");
    var another = TrustRoots.intel().with("sim:other", Signer.newKey().getPublic());
    assertThat(outcome(Knobs.good(), NOW, 0x5, Expected.reportData(DATA), another))
        .isEqualTo("chain-untrusted");
  }

  @Test
  void a_debug_enclave_and_a_quote_for_another_session_are_refused() {
    assertThat(outcome(Knobs.good(), NOW, 0x7, Expected.reportData(DATA), ROOTS))
        .isEqualTo("policy-debug");
    assertThat(outcome(Knobs.good(), NOW, 0x5, Expected.reportData(new byte[] {1}), ROOTS))
        .isEqualTo("binding-report-data");
    assertThat(
            outcome(
                Knobs.good(),
                NOW,
                0x5,
                Expected.reportData(DATA).withInitData(new byte[] {9}),
                ROOTS))
        .isEqualTo("binding-init-data");
    assertThat(outcome(Knobs.good(), NOW, 0x105, Expected.reportData(DATA), ROOTS))
        .isEqualTo("policy-attributes-reserved");
  }

  @Test
  void every_flipped_bit_and_every_truncation_of_a_quote_is_refused() {
    var platform = platform(Knobs.good());
    var verifier = Verifier.of(ROOTS);
    var vc = verifier.prepare(collateral(platform, Knobs.good()), NOW).orThrow();
    byte[] good = platform.quote(report(0x5));
    int signed = 1014 + 32 + 6; // up to the certificates, whose text has spare bits in white space
    for (int at = 0; at < signed; at += at < 48 || at > 430 ? 1 : 7) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      if (SgxQuote.parse(bad) instanceof Outcome.Granted<SgxQuote>(var quote)) {
        assertThat(
                verifier
                    .verify(quote, vc, NOW, Expected.reportData(DATA), Policy.STANDARD)
                    .trusted())
            .as("byte " + at)
            .isFalse();
      }
    }
    for (int length = 0; length < good.length; length += 97) {
      assertThat(SgxQuote.parse(Arrays.copyOf(good, length)).isGranted())
          .as(length + " bytes")
          .isFalse();
    }
    assertThat(SgxQuote.parse(new byte[70_000]).isGranted()).isFalse();
  }

  @Test
  void a_changed_document_is_refused_whatever_was_changed() {
    var platform = platform(Knobs.good());
    var good = collateral(platform, Knobs.good());
    for (int at = 12; at < good.tcbInfo().length; at += 31) {
      byte[] bad = good.tcbInfo().clone();
      bad[at] ^= 2;
      var changed =
          new IntelCollateral(
              bad,
              good.tcbIssuerChain(),
              good.qeIdentity(),
              good.qeIssuerChain(),
              good.pckCrl(),
              good.pckCrlIssuerChain(),
              good.rootCaCrl());
      assertThat(Verifier.of(ROOTS).prepare(changed, NOW).isGranted()).as("byte " + at).isFalse();
    }
  }
}
