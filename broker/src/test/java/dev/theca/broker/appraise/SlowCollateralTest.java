package dev.theca.broker.appraise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.collateral.CachingSource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Collateral that is made while it is asked for, as by a service that signs on demand. */
class SlowCollateralTest {
  /** Documents begin to be valid at a second, so the asker's instant is the one before. */
  private static final Instant ASKED = Worlds.NOW.minusSeconds(61);

  private static CachingSource cache(long millis) {
    var collateral = Worlds.source(Knobs.good());
    return new CachingSource(
        Worlds.VERIFIER,
        new CollateralSource() {
          @Override
          public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
            try {
              Thread.sleep(millis);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return collateral.intel(model, channel);
          }

          @Override
          public Outcome<SnpEndorsement> snp(SnpKey key) {
            return collateral.snp(key);
          }
        },
        Duration.ofHours(1),
        false);
  }

  private static Outcome<?> asked(CachingSource cache) {
    return cache.intel(model(), Channel.STANDARD, ASKED);
  }

  private static PlatformModel model() {
    return new PlatformModel(EvidenceType.SGX, "000102030405", "processor");
  }

  @Test
  void what_was_made_while_it_was_asked_for_is_valid() {
    assertThat(asked(cache(1100)).isGranted()).isTrue();
  }

  @Test
  void what_will_be_valid_later_is_not() {
    assertThat(cache(0).intel(model(), Channel.STANDARD, ASKED.minusSeconds(600)).isGranted())
        .isFalse();
  }
}
