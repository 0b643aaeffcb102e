package dev.theca.evidence.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.TrustRoots;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AuthoritiesTest {
  @Test
  void the_carried_roots_have_the_pinned_keys_and_the_others_the_published_ones() {
    var roots = TrustRoots.vendors();
    var found = Authorities.all().stream().map(TrustRoots::fingerprint).collect(Collectors.toSet());
    assertThat(found)
        .isEqualTo(
            Set.of(
                roots.fingerprints().get("amd-milan"),
                roots.fingerprints().get("amd-genoa"),
                roots.fingerprints().get("amd-turin"),
                "42491669ccb851d627ea9846cd24eccbeb7de7c2a62740120fff88001d38ebb6",
                "0324d55bcd48ba877a8fd87c0e1b4934dec8448e3807a24384a34dc6a6c9ebb8",
                "0000ead352025f208bf55297c4192c34cd1b878002107366d8f2065a9ae7d3a9",
                "66450a123ea5876206df67f2514a4fea224c0f63b18313423078b0edc4535e33"));
  }
}
