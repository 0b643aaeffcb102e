package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.kit.Fuzz;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed volumes whose files a host has changed: the same targets, without the guide. */
class SealFuzzTest {
  @ParameterizedTest
  @ValueSource(strings = {"sealfs-base", "sealfs-upper", "sealfs-listing"})
  void a_changed_volume_says_nothing_else(String target) {
    var seeds = SealTarget.seeds().get(target);
    seeds.forEach(SealTarget.targets().get(target)::take);
    assertTrue(Fuzz.run(target, seeds, SealTarget.targets().get(target)::take) > 10);
  }
}
