package dev.theca.broker.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicRotationTest {
  private static final Duration PERIOD = Duration.ofDays(30);

  @TempDir Path folder;

  @Test
  void a_key_signs_for_its_period_and_makes_way_once() {
    try (var world = new TokenWorld(folder)) {
      String first = TokenWorld.kid(world.token());
      assertThat(world.store.rotateAfter(PERIOD, world.instant())).isEmpty();
      world.pass(PERIOD.minusSeconds(1));
      assertThat(world.store.rotateAfter(PERIOD, world.instant())).isEmpty();
      world.pass(Duration.ofSeconds(1));
      String second = world.store.rotateAfter(PERIOD, world.instant()).orElseThrow();
      assertThat(TokenWorld.kid(world.token())).isEqualTo(second).isNotEqualTo(first);
      for (int turn = 0; turn < 100; turn++) {
        world.pass(Duration.ofMinutes(6));
        assertThat(world.store.rotateAfter(PERIOD, world.instant())).isEmpty();
      }
      assertThat(TokenWorld.kid(world.token())).isEqualTo(second);
      world.pass(PERIOD);
      assertThat(world.store.rotateAfter(PERIOD, world.instant())).isPresent();
    }
  }

  @Test
  void replicas_that_both_believe_to_lead_rotate_once() {
    try (var world = new TokenWorld(folder)) {
      var other = world.replica();
      world.pass(PERIOD);
      var here = world.store.rotateAfter(PERIOD, world.instant());
      var there = other.rotateAfter(PERIOD, world.instant());
      assertThat(here).isPresent();
      assertThat(there).isEmpty();
    }
  }
}
