package dev.theca.broker.appraise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.evidence.EvidenceType;
import dev.theca.wire.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitDataBindingTest {
  private static String claims(String data) {
    var given = new InitDataGiven.Text("algorithm = \"sha256\"\n[data]\n" + data);
    return Json.text(InitDataBinding.of(EvidenceType.SGX, given).orThrow().claims());
  }

  @Test
  void files_that_are_toml_become_objects_and_others_stay_texts() {
    assertThat(
            claims(
                "\"cdh.toml\" = \"a = 1\"\n\"aa.toml\" = \"not = = toml\"\n\"x.toml\" = \"a = 1\"\n"))
        .isEqualTo("{\"cdh.toml\":{\"a\":1},\"aa.toml\":\"not = = toml\",\"x.toml\":\"a = 1\"}");
  }

  @Test
  void the_data_of_the_agents_policy_take_its_place() {
    assertThat(
            claims(
                "\"policy.rego\" = '''\npackage agent_policy\npolicy_data := {\"containers\": []}\n'''\n"))
        .isEqualTo("{\"agent_policy_claims\":{\"containers\":[]}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy_data := {",
        "policy_data := {}}",
        "policy_data := {\"a\": 1} and more",
        "policy_data := []",
        "package agent_policy"
      })
  void a_policy_whose_data_cannot_be_read_stays_a_text(String policy) {
    assertThat(claims("\"policy.rego\" = '" + policy + "'\n")).contains("policy.rego");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "algorithm = \"md5\"\n[data]\n",
        "[data]\n",
        "algorithm = \"sha256\"\n",
        "algorithm = 1\n[data]\n",
        "algorithm = \"sha256\"\n[data]\na = 1\n",
        "algorithm = \"sha256\"\ndata = \"x\"\n",
        "algorithm = \"sha256",
        "{\"algorithm\":\"sha256\"}"
      })
  void init_data_of_another_form_are_refused(String toml) {
    var refused = InitDataBinding.of(EvidenceType.SGX, new InitDataGiven.Text(toml));
    assertThat(Stored.reason(refused).code().id()).isIn("bad-init-data", "bad-toml");
  }

  @Test
  void init_data_that_are_too_long_are_refused() {
    var given = new InitDataGiven.Text("# " + "x".repeat(600_000));
    assertThat(InitDataBinding.of(EvidenceType.SGX, given).isGranted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "SGX, 48, 48",
    "SGX, 64, 64",
    "TDX, 64, 48",
    "TDX, 32, 32",
    "SNP, 48, 32",
    "SNP, 20, 20",
    "CCA, 64, 64",
    "TPM, 32, 32",
    "AZ_SNP_VTPM, 32, 32",
    "AZ_TDX_VTPM, 32, 32"
  })
  void a_digest_is_cut_to_its_field(EvidenceType type, int bytes, int used) {
    var given = new InitDataGiven.DigestOnly(new byte[bytes]);
    assertThat(InitDataBinding.of(type, given).orThrow().digest()).hasSize(used);
  }

  @ParameterizedTest
  @CsvSource({"TPM, 48", "AZ_SNP_VTPM, 48", "AZ_TDX_VTPM, 31", "SGX, 65", "SGX, 0"})
  void a_digest_that_fits_no_field_is_refused(EvidenceType type, int bytes) {
    var given = new InitDataGiven.DigestOnly(new byte[bytes]);
    assertThat(Stored.reason(InitDataBinding.of(type, given)).code())
        .isEqualTo(AppraiseCode.BAD_INIT_DATA);
  }
}
