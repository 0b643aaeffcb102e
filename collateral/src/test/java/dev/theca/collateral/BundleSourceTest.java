package dev.theca.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BundleSourceTest {
  @Test
  void a_bundle_of_no_platforms_is_json_without_any() {
    var bundle = Json.object(BundleSource.write(Map.of())).orThrow();
    assertThat(bundle.object("collaterals").orElseThrow().array("tcbinfos").orElseThrow())
        .isEmpty();
  }
}
