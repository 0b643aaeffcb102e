package dev.theca.cli.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyEditTest {
  private static final String SCOPE = "registry.example/app";
  private static final String KEY = "kbs:///default/cosign-key/a";

  private static JsonObject json(String text) {
    return Json.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  @Test
  void without_a_policy_everything_else_is_rejected() {
    var made = PolicyEdit.require(Optional.empty(), SCOPE, KEY).orThrow();
    assertThat(made)
        .isEqualTo(
            json(
                "{'default':[{'type':'reject'}],'transports':{'docker':{'registry.example/app':"
                    + "[{'type':'sigstoreSigned','keyPath':'kbs:///default/cosign-key/a'}]}}}"));
  }

  @Test
  void what_the_policy_says_of_others_stays() {
    var before =
        json(
            "{'default':[{'type':'insecureAcceptAnything'}],'transports':{'oci':{'':[{'type':"
                + "'reject'}]},'docker':{'other':[{'type':'reject'}]}}}");
    var made = PolicyEdit.require(Optional.of(before), SCOPE, KEY).orThrow();
    assertThat(made.array("default")).isEqualTo(before.array("default"));
    var transports = made.object("transports").orElseThrow();
    assertThat(transports.object("oci")).isPresent();
    assertThat(transports.object("docker").orElseThrow().members()).containsKeys("other", SCOPE);
  }

  @Test
  void a_second_seal_with_the_same_key_changes_nothing() {
    var once = PolicyEdit.require(Optional.empty(), SCOPE, KEY).orThrow();
    assertThat(PolicyEdit.require(Optional.of(once), SCOPE, KEY).orThrow()).isEqualTo(once);
  }

  @Test
  void a_requirement_of_somebody_else_is_not_replaced() {
    var once = PolicyEdit.require(Optional.empty(), SCOPE, KEY).orThrow();
    var other = PolicyEdit.require(Optional.of(once), SCOPE, "kbs:///default/cosign-key/b");
    assertThat(other.isGranted()).isFalse();
  }

  @Test
  void a_repository_with_rules_keeps_them_and_gets_the_key() {
    var before =
        json(
            "{'version':1,'apps':[],'images':[{'scope':'registry.example/app','decryptWith':"
                + "['kbs:///a/b/c'],'exec':'allow'},{'scope':'x'}]}");
    var made = PolicyEdit.decrypt(Optional.of(before), SCOPE, "kbs:///d/e/f").orThrow();
    assertThat(Json.text(made))
        .contains("[\"kbs:///a/b/c\",\"kbs:///d/e/f\"]", "\"exec\":\"allow\"", "{\"scope\":\"x\"}");
    assertThat(PolicyEdit.decrypt(Optional.of(made), SCOPE, "kbs:///d/e/f").orThrow())
        .isEqualTo(made);
  }

  @Test
  void without_a_workload_policy_nothing_is_invented() {
    assertThat(PolicyEdit.decrypt(Optional.empty(), SCOPE, KEY).isGranted()).isFalse();
  }
}
