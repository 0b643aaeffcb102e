package dev.theca.evidence.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.evidence.audit.Rejected;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A chain that was parsed before must judge as one that was not. */
class KnownChainsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final KeyPair ROOT = Signer.newKey();
  private static final TrustRoots ROOTS = TrustRoots.intel().with("sim:test", ROOT.getPublic());
  private static final byte[] MODEL = {0, 0x11, 0x22, 0x33, 0x44, 0x55};
  private static final Knobs GOOD = Knobs.good();
  private static final SgxPlatform PLATFORM = platform(GOOD);

  private static SgxPlatform platform(Knobs knobs) {
    return new SgxPlatform(ROOT, new byte[16], MODEL, NOW, knobs);
  }

  private static byte[] quote(SgxPlatform platform, int data) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 0x5).putLong(56, 3).put(320, (byte) data);
    return platform.quote(body.array());
  }

  private static SgxQuote parsed(SgxPlatform platform, int data) {
    return SgxQuote.parse(quote(platform, data)).orThrow();
  }

  private static VerifiedCollateral collateral(Verifier verifier, Knobs knobs, Instant at) {
    var d = PLATFORM.documents(NOW, knobs);
    return verifier
        .prepare(
            new IntelCollateral(
                d.tcbInfo(),
                d.tcbChain(),
                d.qeIdentity(),
                d.qeChain(),
                d.pckCrl(),
                d.pckCrlChain(),
                d.rootCrl()),
            at)
        .orThrow();
  }

  private static String judged(
      Verifier verifier, IntelQuote quote, VerifiedCollateral collateral, Instant at) {
    var appraisal = verifier.verify(quote, collateral, at, Expected.UNBOUND, UNBOUND);
    return appraisal.trusted() ? "trusted" : appraisal.refusals().getFirst().code().id();
  }

  private static final Policy UNBOUND = Policy.STANDARD.with(p -> p.allowUnbound(true));

  @Test
  void a_platform_that_was_revoked_since_is_refused_although_its_chain_is_known() {
    var verifier = Verifier.of(ROOTS);
    var good = collateral(verifier, GOOD, NOW);
    assertThat(judged(verifier, parsed(PLATFORM, 1), good, NOW)).isEqualTo("trusted");
    var revoked = collateral(verifier, GOOD.withRevoked(true, false), NOW);
    assertThat(judged(verifier, parsed(PLATFORM, 2), revoked, NOW)).isEqualTo("revocation-pck");
    assertThat(judged(verifier, parsed(PLATFORM, 3), good, NOW)).isEqualTo("trusted");
  }

  @Test
  void a_known_chain_of_another_time_is_refused() {
    var verifier = Verifier.of(ROOTS);
    var good = collateral(verifier, GOOD, NOW);
    assertThat(judged(verifier, parsed(PLATFORM, 1), good, NOW)).isEqualTo("trusted");
    assertThat(judged(verifier, parsed(PLATFORM, 1), good, NOW.plus(Duration.ofDays(400))))
        .isEqualTo("collateral-tcb-info-expired");
    assertThat(judged(verifier, parsed(PLATFORM, 1), good, NOW.minus(Duration.ofDays(400))))
        .isEqualTo("collateral-not-yet-valid");
  }

  @Test
  void a_known_chain_proves_nothing_under_collateral_of_another_root() {
    var verifier = Verifier.of(ROOTS);
    var stranger = Signer.newKey();
    var theirs = Verifier.of(TrustRoots.intel().with("sim:other", stranger.getPublic()));
    var good = collateral(verifier, GOOD, NOW);
    assertThat(judged(verifier, parsed(PLATFORM, 1), good, NOW)).isEqualTo("trusted");
    assertThat(verifier.claimedRoot(parsed(PLATFORM, 1)).orThrow()).isEqualTo("sim:test");
    assertThat(theirs.claimedRoot(parsed(PLATFORM, 1)).isGranted()).isFalse();
    assertThat(judged(theirs, parsed(PLATFORM, 1), good, NOW)).isEqualTo("trusted");
    var foreign = new SgxPlatform(stranger, new byte[16], MODEL, NOW, GOOD);
    assertThat(judged(verifier, parsed(foreign, 1), good, NOW)).isEqualTo("chain-untrusted");
    assertThat(judged(verifier, parsed(foreign, 2), good, NOW)).isEqualTo("chain-untrusted");
  }

  /** One byte of a quote is changed; a verifier that knows the chain says what a new one says. */
  @Test
  void a_changed_quote_is_judged_as_by_a_verifier_that_has_seen_nothing() {
    var knows = Verifier.of(ROOTS);
    var good = collateral(knows, GOOD, NOW);
    byte[] genuine = quote(PLATFORM, 1);
    assertThat(judged(knows, SgxQuote.parse(genuine).orThrow(), good, NOW)).isEqualTo("trusted");
    var random = new Random(5);
    int parsed = 0;
    for (int i = 0; i < 300; i++) {
      byte[] changed = genuine.clone();
      changed[1000 + random.nextInt(genuine.length - 1000)] ^= (byte) (1 << random.nextInt(7));
      if (!(SgxQuote.parse(changed) instanceof Outcome.Granted<SgxQuote>(var quote))) continue;
      parsed++;
      var fresh = Verifier.forgetful(ROOTS);
      assertThat(judged(knows, quote, good, NOW)).isEqualTo(judged(fresh, quote, good, NOW));
      assertThat(knows.platform(quote)).isEqualTo(fresh.platform(quote));
      assertThat(knows.claimedRoot(quote)).isEqualTo(fresh.claimedRoot(quote));
      assertThat(judged(knows, SgxQuote.parse(genuine).orThrow(), good, NOW)).isEqualTo("trusted");
    }
    assertThat(parsed).isGreaterThan(100);
  }

  @Test
  void the_same_bytes_are_parsed_once_and_others_push_out_the_oldest() throws Rejected {
    int one = PLATFORM.pckChain().length();
    var chains = new KnownChains(3 * one + 100);
    var first = parsed(PLATFORM, 1);
    var known = chains.of(first);
    assertThat(chains.of(parsed(PLATFORM, 2))).isSameAs(known);
    for (int i = 0; i < 20; i++) {
      var unused = chains.of(parsed(platform(GOOD), i));
      assertThat(chains.size()).isLessThanOrEqualTo(3);
    }
    assertThat(chains.of(first)).isNotSameAs(known);
  }

  @Test
  void whoever_remembers_nothing_parses_each_time() throws Rejected {
    var chains = new KnownChains(0);
    var quote = parsed(PLATFORM, 1);
    assertThat(chains.of(quote)).isNotSameAs(chains.of(quote));
    assertThat(chains.size()).isZero();
  }

  @Test
  void what_is_no_chain_is_refused_each_time_and_not_remembered() {
    var chains = new KnownChains(1 << 20);
    byte[] changed = quote(PLATFORM, 1);
    changed[changed.length - PLATFORM.pckChain().length() + 40] = '!';
    var quote = SgxQuote.parse(changed).orThrow();
    for (int i = 0; i < 2; i++)
      assertThatThrownBy(() -> chains.of(quote)).isInstanceOf(Rejected.class);
    assertThat(chains.size()).isZero();
  }

  @Test
  void many_threads_with_many_platforms_get_each_their_own() throws Exception {
    var chains = new KnownChains(3 * PLATFORM.pckChain().length() + 100);
    var quotes = new ArrayList<SgxQuote>();
    for (int i = 0; i < 6; i++)
      quotes.add(
          parsed(
              new SgxPlatform(ROOT, new byte[16], new byte[] {0, 0, 0, 0, 0, (byte) i}, NOW, GOOD),
              1));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Callable<Boolean>>();
      for (int t = 0; t < 8; t++)
        all.add(
            () -> {
              boolean right = true;
              for (int i = 0; i < 400; i++) {
                int which = (i * 7 + 3) % quotes.size();
                right &= chains.of(quotes.get(which)).pck().fmspc().equals("00000000000" + which);
              }
              return right;
            });
      for (var done : threads.invokeAll(all)) assertThat(done.get()).isTrue();
    }
    assertThat(chains.size()).isLessThanOrEqualTo(3);
    assertThat(List.of(chains.size())).doesNotContain(0);
  }
}
