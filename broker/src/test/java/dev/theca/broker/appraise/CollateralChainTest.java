package dev.theca.broker.appraise;

import static dev.theca.broker.appraise.Stored.judge;
import static dev.theca.broker.appraise.Stored.reason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.collateral.BundleSource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SgxQuote;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollateralChainTest {
  @TempDir Path folder;

  private static PlatformModel model(Attester attester) {
    var quote = ((JsonObject) attester.evidence()).string("quote").orElseThrow();
    return SgxQuote.parse(Base64.getDecoder().decode(quote)).orThrow().platform().orThrow();
  }

  private static IntelCollateral collateral() {
    var any = new PlatformModel(EvidenceType.SGX, "000102030405", "processor");
    return Stored.GOOD.intel(any, Channel.STANDARD).orThrow();
  }

  @Test
  void an_offline_bundle_serves_its_platforms_and_is_read_anew_when_it_changes()
      throws IOException {
    var attester = Worlds.sgx(body -> {});
    var file = folder.resolve("bundle.json");
    var another = new PlatformModel(EvidenceType.SGX, "FFFFFFFFFFFF", "processor");
    Files.write(file, BundleSource.write(Map.of(another, collateral())));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    var chain = CollateralChain.of(List.of("bundle:" + file)).orThrow();
    try (var stored = new Stored(folder)) {
      var service = stored.service(chain, CollateralSettings.DEFAULT);
      assertThat(reason(judge(service, attester)).code())
          .isEqualTo(EvidenceCode.COLLATERAL_MISSING);
      Files.write(file, BundleSource.write(Map.of(model(attester), collateral())));
      Files.setLastModifiedTime(file, FileTime.fromMillis(2000));
      assertThat(Stored.status(judge(service, attester).orThrow())).isEqualTo("affirming");
    }
  }

  @Test
  void sources_are_asked_in_their_order_until_one_knows() throws IOException {
    var attester = Worlds.sgx(body -> {});
    var file = folder.resolve("bundle.json");
    Files.write(file, BundleSource.write(Map.of(model(attester), collateral())));
    var empty = Files.createDirectory(folder.resolve("empty"));
    var chain = CollateralChain.of(List.of("directory:" + empty, "bundle:" + file)).orThrow();
    try (var stored = new Stored(folder)) {
      var service = stored.service(chain, CollateralSettings.DEFAULT);
      assertThat(Stored.status(judge(service, attester).orThrow())).isEqualTo("affirming");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pccs.example",
        "ftp://pccs.example",
        "kds:",
        "https://not an address",
        "directory:/no/such/folder",
        "bundle:/no/such/file"
      })
  void an_entry_that_names_no_source_is_refused(String entry) {
    assertThat(CollateralChain.of(List.of(entry)).isGranted()).isFalse();
  }

  @Test
  void services_are_named_by_address() {
    assertThat(
            CollateralChain.of(List.of("https://pccs.example:8081", "kds:https://kdsintf.amd.com"))
                .isGranted())
        .isTrue();
  }

  @Test
  void the_accelerated_verifier_agrees_with_our_own() {
    for (var attester : List.of(Worlds.sgx(b -> {}), Worlds.tdx(b -> {}), Worlds.snp(b -> {}))) {
      var judge =
          new EvidenceJudge(
              Verifiers.of(Worlds.ROOTS), Stored.GOOD, Anchors.NONE, CollateralSettings.DEFAULT);
      assertThat(judge.judge(attester, Worlds.NOW).isGranted()).as(attester.tee()).isTrue();
    }
  }
}
