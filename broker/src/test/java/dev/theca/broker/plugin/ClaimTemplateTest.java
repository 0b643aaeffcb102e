package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTemplateTest {
  private static String fill(String template, String initData) {
    var filled = ClaimTemplate.parse(template).orThrow().fill(Fakes.claims(initData));
    return filled.isGranted() ? filled.orThrow() : "refused";
  }

  @Test
  void places_are_filled_from_init_data_measurement_and_pointers() {
    assertThat(fill("spiffe://a/{init:repo}/{init:name}", "{\"repo\":\"r\",\"name\":\"n-1\"}"))
        .isEqualTo("spiffe://a/r/n-1");
    assertThat(fill("{tee}:{measurement}", "null")).isEqualTo("sgx:" + Fakes.MEASUREMENT);
    String evidence = "/submods/cpu0/ear.veraison.annotated-evidence";
    assertThat(fill("p{" + evidence + "/sgx/body/isv_prod_id}", "{}")).isEqualTo("p0100");
    assertThat(fill("v{" + evidence + "/init_data_claims/a~1b}", "{\"a/b\":7}")).isEqualTo("v7");
  }

  @Test
  void a_tdx_guest_has_its_build_time_measurement() {
    var claims =
        Fakes.json(
            """
            {"submods":{"cpu0":{"ear.veraison.annotated-evidence":{
              "init_data_claims":{"x":"y"},"tdx":{"quote":{"body":{"mr_td":"cd"}}}}}}}
            """);
    var template = ClaimTemplate.parse("{tee}:{measurement}").orThrow();
    assertThat(template.fill(claims).orThrow()).isEqualTo("tdx:cd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"repo\":\"\"}",
        "{\"repo\":\"..\"}",
        "{\"repo\":\".\"}",
        "{\"repo\":\"a/b\"}",
        "{\"repo\":\"a b\"}",
        "{\"repo\":\"a\\u0000\"}",
        "{\"repo\":\"ä\"}",
        "{\"repo\":{\"a\":\"b\"}}",
        "{\"repo\":1.5}",
        "{\"repo\":true}",
        "[\"repo\"]",
      })
  void a_claim_that_could_leave_its_place_is_refused(String initData) {
    assertThat(fill("spiffe://a/{init:repo}", initData)).isEqualTo("refused");
  }

  @Test
  void a_claim_longer_than_a_label_is_refused() {
    String initData = "{\"repo\":\"" + "a".repeat(256) + "\"}";
    assertThat(fill("{init:repo}", initData)).isEqualTo("refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{other}", "{init:}", "a}", "{", "a b", "a\u0001", "{{tee}}"})
  void a_template_with_other_places_is_refused(String template) {
    assertThat(ClaimTemplate.parse(template).isGranted()).isFalse();
  }
}
