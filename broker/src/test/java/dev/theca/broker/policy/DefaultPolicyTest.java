package dev.theca.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Given;
import dev.theca.rego.Policies;
import dev.theca.rego.PolicyTests;
import dev.theca.rego.PolicyTests.Verdict;
import dev.theca.rego.Setup;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies that come with the broker, on claims that differ from good ones in one thing. */
class DefaultPolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final String SGX =
      """
      {"sgx":{"trust_root":"intel","findings":[],"tcb_status":"UpToDate","advisory_ids":[],
       "collateral_expiration_status":"0","platform_instance_id":"p1",
       "body":{"mr_enclave":"52","mr_signer":"51","isv_prod_id":"0100","isv_svn":"0200",
        "attributes.flags":"0500000000000000","misc_select":"00000000"}}}""";
  private static final String SGX_REFERENCES =
      """
      {"sgx_mr_signer":["51"],"sgx_isv_prod_id":["1"],"sgx_min_isv_svn":["2"]}""";

  private static final String TDX =
      """
      {"tdx":{"trust_root":"intel","findings":[],"tcb_status":"UpToDate","advisory_ids":[],
       "collateral_expiration_status":"0",
       "td_attributes":{"debug":false,"septve_disable":true},
       "quote":{"header":{"tee_type":"81000000","vendor_id":"939a7233f79c4ca9940a0db3957f0607"},
        "body":{"mr_td":"aa","rtmr_1":"b1","rtmr_2":"b2","xfam":"e7","td_attributes":"0000001000000000",
         "mr_servicetd":"0000"}}}}""";
  private static final String TDX_REFERENCES =
      """
      {"mr_td":["aa"],"rtmr_1":["b1"],"rtmr_2":["b2"],"xfam":["e7"]}""";

  private static final String SNP =
      """
      {"snp":{"trust_root":"amd-genoa","findings":[],"measurement":"ab","chip_id":"c1",
       "reported_tcb_bootloader":10,"reported_tcb_microcode":200,"reported_tcb_snp":23,"reported_tcb_tee":0,
       "policy_debug_allowed":false,"policy_migrate_ma":false,"platform_smt_enabled":true,
       "platform_tsme_enabled":false,"policy_abi_major":1,"policy_abi_minor":55,
       "policy_single_socket":false,"policy_smt_allowed":true}}""";
  private static final String SNP_REFERENCES =
      """
      {"snp_launch_measurement":["ab"],"snp_bootloader":["10"],"snp_microcode":[200],"snp_snp_svn":[23],
       "snp_tee_svn":[0]}""";

  private static JsonObject json(String text) {
    return Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  /** A copy with the value at a path replaced; "-" takes it away. */
  private static JsonObject changed(JsonObject from, List<String> path, String value) {
    var members = new LinkedHashMap<String, JsonValue>(from.members());
    String first = path.getFirst();
    if (path.size() > 1) {
      var inner = from.object(first).orElse(JsonObject.builder().build());
      members.put(first, changed(inner, path.subList(1, path.size()), value));
    } else if (value.equals("-")) members.remove(first);
    else members.put(first, Json.parse(value.getBytes(StandardCharsets.UTF_8)).orThrow());
    return new JsonObject(members);
  }

  private static TrustVector judge(String policy, JsonObject input, JsonObject references) {
    var id = PolicyId.attestation(policy).orThrow();
    var text = BuiltinPolicies.find(id).orElseThrow().text();
    var compiled = PolicyCompiler.compile(id, text).orThrow();
    var appraisal = new AttestationPolicy((name, now) -> references.get(name), Budget.DEFAULT);
    return appraisal
        .appraise(new PolicyInForce(id, 0, "", compiled), input, NOW)
        .orThrow()
        .vector();
  }

  /** Changes are {@code path=value;path=value}; those that begin with ! are of reference values. */
  private static void check(
      String policy, String good, String references, String changes, String expected) {
    var input = json(good);
    var values = json(references);
    for (String change : changes.split(";")) {
      if (change.isBlank()) continue;
      String path = change.substring(0, change.indexOf('=')).strip();
      String value = change.substring(change.indexOf('=') + 1).strip().replace('\'', '"');
      if (path.startsWith("!")) values = changed(values, List.of(path.substring(1)), value);
      else input = changed(input, List.of(path.split("/")), value);
    }
    var vector = judge(policy, input, values).claims();
    assertThat(
            vector.get("executables")
                + " "
                + vector.get("hardware")
                + " "
                + vector.get("configuration")
                + " "
                + vector.get("instance-identity"))
        .as(changes)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                             | 3 2 2 0",
        "!sgx_mr_signer=-; !sgx_mr_enclave=['52']                       | 3 2 2 0",
        "!sgx_mr_signer='51'; !sgx_isv_prod_id=1; !sgx_min_isv_svn=2    | 3 2 2 0",
        "sgx/body/mr_signer='53'                                        | 33 2 2 0",
        "sgx/body/isv_prod_id='0200'                                    | 33 2 2 0",
        "sgx/body/isv_svn='0100'                                        | 33 2 2 0",
        "sgx/body/isv_svn='0001'                                        | 3 2 2 0",
        "!sgx_min_isv_svn=-                                             | 33 2 2 0",
        "!sgx_mr_signer=-                                               | 33 2 2 0",
        "!sgx_mr_signer=[]                                              | 33 2 2 0",
        "sgx/body/attributes.flags='0700000000000000'                   | 3 2 96 0",
        "sgx/body/attributes.flags='1500000000000000'                   | 3 2 36 0",
        "sgx/body/attributes.flags='2500000000000000'                   | 3 2 36 0",
        "sgx/body/misc_select='01000000'                                | 3 2 36 0",
        "sgx/tcb_status='OutOfDate'                                     | 3 96 2 0",
        "sgx/tcb_status='SWHardeningNeeded'; sgx/advisory_ids=['A']     | 3 32 2 0",
        "sgx/tcb_status='SWHardeningNeeded'; sgx/advisory_ids=['A']; !sgx_allowed_advisories=['A'] | 3 2 2 0",
        "sgx/tcb_status='SWHardeningNeeded'; sgx/advisory_ids=['A','B']; !sgx_allowed_advisories=['A'] | 3 32 2 0",
        "sgx/tcb_status='SWHardeningNeeded'; !sgx_allowed_advisories=['A'] | 3 32 2 0",
        "sgx/tcb_status='Revoked'                                       | 3 97 2 0",
        "sgx/collateral_expiration_status='1'                           | 3 97 2 0",
        "sgx/simulated=true; sgx/trust_root='sim:a'                     | 3 97 2 0",
        "sgx/simulated=true; sgx/trust_root='sim:a'; !simulated_roots=['sim:b'] | 3 97 2 0",
        "sgx/simulated=true; sgx/trust_root='sim:a'; !simulated_roots=['sim:a'] | 3 2 2 0",
        "!sgx_platforms=['p1']                                          | 3 2 2 2",
        "!sgx_platforms=['p2']                                          | 3 2 2 97",
      })
  void an_sgx_enclave_is_affirmed_only_when_all_is_as_named(String changes, String expected) {
    check("default_cpu", SGX, SGX_REFERENCES, changes, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                               | 4 2 2 0",
        "tdx/quote/body/rtmr_1='ff'                       | 33 2 2 0",
        "tdx/quote/body/rtmr_2='ff'                       | 33 2 2 0",
        "!rtmr_1=-                                        | 33 2 2 0",
        "tdx/quote/body/mr_td='ff'                        | 4 97 2 0",
        "!mr_td=-                                         | 4 97 2 0",
        "tdx/quote/header/tee_type='00000000'             | 4 97 2 0",
        "tdx/quote/header/vendor_id='00'                  | 4 97 2 0",
        "tdx/tcb_status='OutOfDate'                       | 4 96 2 0",
        "tdx/tcb_status='TDRelaunchAdvised'               | 4 32 2 0",
        "tdx/tcb_status='SWHardeningNeeded'; tdx/advisory_ids=['A']; !tdx_allowed_advisories=['A'] | 4 2 2 0",
        "tdx/tcb_status='SWHardeningNeeded'; tdx/quote/body/mr_td='ff' | 4 97 2 0",
        "tdx/collateral_expiration_status='1'             | 4 97 2 0",
        "tdx/simulated=true; tdx/trust_root='sim:a'       | 4 97 2 0",
        "tdx/simulated=true; tdx/trust_root='sim:a'; !simulated_roots=['sim:a'] | 4 2 2 0",
        "tdx/td_attributes/debug=true                     | 4 2 96 0",
        "tdx/td_attributes/septve_disable=false           | 4 2 36 0",
        "tdx/quote/body/xfam='ff'                         | 4 2 36 0",
        "tdx/quote/body/td_attributes='0000003000000000'  | 4 2 36 0",
        "tdx/quote/body/mr_servicetd='01'                 | 4 2 36 0",
        "tdx/quote/body/mr_servicetd='01'; !tdx_mr_servicetd=['01'] | 4 2 2 0",
      })
  void a_trust_domain_is_affirmed_only_when_all_is_as_named(String changes, String expected) {
    check("default_cpu", TDX, TDX_REFERENCES, changes, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                       | 3 2 3 0",
        "snp/measurement='ff'                     | 33 2 3 0",
        "!snp_launch_measurement=-                | 33 2 3 0",
        "!snp_launch_measurement='ab'             | 3 2 3 0",
        "snp/reported_tcb_bootloader=9            | 3 97 3 0",
        "snp/reported_tcb_microcode=9             | 3 97 3 0",
        "snp/reported_tcb_snp=9                   | 3 97 3 0",
        "snp/reported_tcb_tee=9                   | 3 97 3 0",
        "!snp_tee_svn=-                           | 3 97 3 0",
        "snp/simulated=true; snp/trust_root='sim:a' | 3 97 3 0",
        "snp/simulated=true; snp/trust_root='sim:a'; !simulated_roots=['sim:a'] | 3 2 3 0",
        "snp/policy_debug_allowed=true            | 3 2 96 0",
        "snp/policy_migrate_ma=true               | 3 2 36 0",
        "!snp_smt_enabled=[true]; !snp_tsme_enabled=['false']; !snp_guest_abi_major=[1]; !snp_guest_abi_minor=[55]; !snp_single_socket=[false]; !snp_smt_allowed=['true'] | 3 2 2 0",
        "!snp_chip_id=['c1']                      | 3 2 3 2",
        "!snp_chip_id=['c2']                      | 3 2 3 97",
        "snp/measurement=-                        | 33 2 3 0",
      })
  void an_snp_guest_is_affirmed_only_when_all_is_as_named(String changes, String expected) {
    check("default_cpu", SNP, SNP_REFERENCES, changes, expected);
  }

  private static final String AZ_SNP =
      SNP.replace("\"snp\"", "\"az-snp-vtpm\"")
          .replace("\"measurement\"", "\"tpm\":{\"pcr11\":\"11\"},\"measurement\"");
  private static final String AZ_SNP_REFERENCES =
      """
      {"measurement":["ab"],"snp_pcr11":["11"],"tcb_bootloader":[10],"tcb_microcode":[200],"tcb_snp":[23],"tcb_tee":[0],
       "smt_enabled":[true],"tsme_enabled":[false],"abi_major":[1],"abi_minor":[55],"single_socket":[false],"smt_allowed":[true]}""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                       | 3 2 2 0",
        "az-snp-vtpm/tpm/pcr11='12'               | 33 2 2 0",
        "az-snp-vtpm/measurement='12'             | 33 2 2 0",
        "az-snp-vtpm/reported_tcb_snp=1           | 3 97 2 0",
        "az-snp-vtpm/simulated=true               | 3 97 2 0",
        "az-snp-vtpm/policy_debug_allowed=true    | 3 2 96 0",
        "az-snp-vtpm/policy_smt_allowed=false     | 3 2 36 0",
      })
  void an_snp_guest_of_azure_is_affirmed_only_when_all_is_as_named(
      String changes, String expected) {
    check("default_cpu", AZ_SNP, AZ_SNP_REFERENCES, changes, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                          | 3 2 2 0",
        "az-tdx-vtpm/tpm/pcr11='12'                  | 33 2 2 0",
        "az-tdx-vtpm/quote/body/mr_td='12'           | 3 97 2 0",
        "az-tdx-vtpm/tcb_status='OutOfDate'          | 3 96 2 0",
        "az-tdx-vtpm/td_attributes/debug=true        | 3 2 96 0",
      })
  void a_trust_domain_of_azure_is_affirmed_only_when_all_is_as_named(
      String changes, String expected) {
    check(
        "default_cpu",
        TDX.replace("{\"tdx\":{", "{\"az-tdx-vtpm\":{\"tpm\":{\"pcr11\":\"11\"},"),
        "{\"mr_td\":[\"aa\"],\"xfam\":[\"e7\"],\"tdx_pcr11\":[\"11\"]}",
        changes,
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                       | 3 2 0 0",
        "tpm/findings=['policy-anchor']                           | 33 97 0 0",
        "tpm/findings=['policy-anchor']; !trusted_aks=['QUs=']    | 3 2 0 0",
        "tpm/findings=['policy-anchor']; !trusted_aks=['qus=']    | 33 97 0 0",
        "tpm/pcr11='12'                                           | 33 2 0 0",
      })
  void a_tpm_counts_under_an_enrolled_key_alone(String changes, String expected) {
    check(
        "default_cpu",
        "{\"tpm\":{\"pcr11\":\"11\",\"ak_public\":\"QUs=\",\"findings\":[],\"trust_root\":\"tpm\"}}",
        "{\"tpm_pcr11\":[\"11\"]}",
        changes,
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cca | {'realm':{'cca_realm_initial_measurement':'Qg=='},'platform':{'cca_platform_lifecycle':12291},'findings':[]} | 3 2 2 0",
        "cca | {'realm':{'cca_realm_initial_measurement':'Qh=='},'platform':{'cca_platform_lifecycle':12291},'findings':[]} | 33 2 2 0",
        "cca | {'realm':{'cca_realm_initial_measurement':'Qg=='},'platform':{'cca_platform_lifecycle':16384},'findings':['policy-reference']} | 3 97 96 0",
        "csv | {'measure':'ab','policy':{'nodbg':1,'noks':1,'es':1},'findings':[]} | 3 2 2 0",
        "csv | {'measure':'ac','policy':{'nodbg':0,'noks':1,'es':1},'findings':[]} | 33 2 96 0",
        "csv | {'measure':'ab','policy':{'nodbg':1,'noks':1,'es':1},'findings':[],'simulated':true,'trust_root':'sim:a'} | 3 97 2 0",
        "se | {'tag':'0a','findings':[]} | 3 2 2 0",
        "se | {'tag':'0b','findings':['policy-reference']} | 33 2 36 0",
        "se | {'tag':'0a','findings':['policy-reference']} | 3 2 2 0",
        "hygondcu | {'body':{}} | 33 97 36 0",
        "sample | {'svn':'1'} | 33 97 36 0",
      })
  void other_tees_have_rules_or_stay_unknown(String tee, String claims, String expected) {
    check(
        "default_cpu",
        "{\"" + tee + "\":" + claims.replace('\'', '"') + "}",
        """
        {"cca_realm_initial_measurement":["Qg=="],"csv_measure":["ab"],"se_tag":["0a"]}""",
        "",
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                     | 3 2 2 0",
        "nvidia/arch='Ampere'                   | 3 97 2 0",
        "nvidia/simulated=true                  | 3 97 2 0",
        "nvidia/measurements/2='cc'             | 33 2 2 0",
        "nvidia/measurements={}                 | 33 2 2 0",
        "!gpu_measurements=-                    | 33 2 2 0",
        "nvidia/config/driver_version='1'       | 3 2 36 0",
        "nvidia/config/vbios_version='1'        | 3 2 36 0",
      })
  void a_gpu_is_affirmed_only_with_measurements_that_are_named(String changes, String expected) {
    check(
        "default_gpu",
        """
        {"nvidia":{"arch":"Hopper","trust_root":"nvidia","measurements":{"1":"aa","2":"bb"},
         "config":{"driver_version":"570.1","vbios_version":"96.00"}}}""",
        """
        {"gpu_measurements":["1:aa","2:bb"],"allowed_driver_versions":["570.1"],"allowed_vbios_versions":["96.00"]}""",
        changes,
        expected);
  }

  @Test
  void images_and_users_of_the_agents_policy_become_identifiers() {
    var input =
        json(
            """
            {"sgx":{"findings":[]},"init_data_claims":{"agent_policy_claims":{"containers":[
             {"OCI":{"Annotations":{"io.kubernetes.cri.image-name":"docker.io/a"},"Process":{"User":{"UID":7}}}},
             {"OCI":{}}]}}}""");
    var id = PolicyId.attestation("default_cpu").orThrow();
    var compiled =
        PolicyCompiler.compile(id, BuiltinPolicies.find(id).orElseThrow().text()).orThrow();
    var said =
        new AttestationPolicy((name, now) -> Optional.empty(), Budget.DEFAULT)
            .appraise(new PolicyInForce(id, 0, "", compiled), input, NOW)
            .orThrow();
    assertThat(Json.text(said.extensions().get("ear.trustee.identifiers")))
        .isEqualTo(
            "{\"validated\":{\"container_images\":[\"docker.io/a\"],\"container_uids\":[7]}}");
  }

  @Test
  void only_reference_values_of_the_tee_at_hand_are_asked_for() {
    var asked = new ArrayList<String>();
    var id = PolicyId.attestation("default_cpu").orThrow();
    var compiled =
        PolicyCompiler.compile(id, BuiltinPolicies.find(id).orElseThrow().text()).orThrow();
    var said =
        new AttestationPolicy(
                (name, now) -> {
                  asked.add(name);
                  return Optional.empty();
                },
                Budget.DEFAULT)
            .appraise(new PolicyInForce(id, 0, "", compiled), json(SGX), NOW)
            .orThrow();
    assertThat(asked).allMatch(name -> name.startsWith("sgx_"));
    assertThat(said.used()).containsOnlyKeys(asked);
    assertThat(asked).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default_cpu", "default_gpu", "affirming"})
  void the_tests_that_stand_beside_a_policy_pass(String name) throws IOException {
    var modules = new ArrayList<dev.theca.rego.ast.Module>();
    for (String file : List.of(name + ".rego", name + "_test.rego"))
      try (var in = BuiltinPolicies.class.getResourceAsStream(file)) {
        assertThat(in).as(file).isNotNull();
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        modules.add(PolicyParser.module(file, text, Syntax.V1).orThrow());
      }
    var runner = PolicyTests.of(modules);
    var policy =
        Policies.compile(
                runner.modules(),
                Setup.plain().withFunctions(List.of(ReferenceCalls.FUNCTION)).withStrict(true))
            .orThrow();
    var tests =
        runner.run(
            policy,
            Given.nothing(),
            test -> true,
            new dev.theca.rego.Coverage.Collector(),
            System::nanoTime);
    assertThat(tests).hasSizeGreaterThan(3);
    assertThat(tests)
        .allSatisfy(test -> assertThat(test.verdict()).as(test + "").isEqualTo(Verdict.PASS));
  }

  @Test
  void the_shipped_resource_policies_compile_and_are_known_by_name() {
    for (String name : BuiltinPolicies.RESOURCE_TEXTS) {
      String text = BuiltinPolicies.resourceText(name).orElseThrow();
      assertThat(PolicyCompiler.compile(PolicyId.RESOURCE, text))
          .isInstanceOf(Outcome.Granted.class);
    }
    assertThat(BuiltinPolicies.resourceText("../secret")).isEmpty();
  }
}
