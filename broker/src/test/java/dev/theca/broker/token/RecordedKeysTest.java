package dev.theca.broker.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference's own vectors: {@code trustee/kbs/test_data/jwk} and the signer's fixtures. */
class RecordedKeysTest {
  private static final Instant THEN = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir private Path folder;

  private static Path shared(String name) {
    String named = System.getenv("THECA_SHARED");
    Path file = Path.of(named == null ? "../../shared" : named, "testdata/coco/trustee", name);
    assumeTrue(Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    return file;
  }

  @ParameterizedTest
  @CsvSource({"01,true", "02,false", "03,false", "04,false", "05,true", "06,true", "07,true"})
  void recorded_chains_are_judged_as_the_reference_does(String number, boolean good)
      throws IOException {
    Path keys = shared("kbs/test_data/jwk");
    var jwk =
        Json.object(Files.readAllBytes(keys.resolve("scenario" + number + "-jwk.json"))).orThrow();
    var trust = new CertificateTrust(List.of(keys.resolve("scenario" + number + "-trust.pem")));
    assertThat(trust.key(jwk, THEN).isGranted()).as(number).isEqualTo(good);
  }

  @Test
  void recorded_signers_publish_what_the_reference_publishes() throws IOException {
    Path fixtures = shared("attestation-service/tests/fixtures/jwk");
    var files =
        new TokenSettings.KeySource.Files(
            fixtures.resolve("signing-key.pem"), fixtures.resolve("cert-chain.pem"), "");
    var expected =
        (JsonObject)
            Json.object(Files.readAllBytes(fixtures.resolve("expected-jwks.json")))
                .orThrow()
                .array("keys")
                .orElseThrow()
                .getFirst();
    try (var world = new TokenWorld(folder, TokenSettings.of("x").withKey(files))) {
      var published =
          world.signers.jwks().array("keys").orElseThrow().stream()
              .map(JsonObject.class::cast)
              .filter(key -> key.get("x5c").isPresent())
              .findFirst()
              .orElseThrow();
      for (String name : List.of("kty", "crv", "alg", "x", "y", "x5c"))
        assertThat(published.get(name)).as(name).isEqualTo(expected.get(name));
    }
  }
}
