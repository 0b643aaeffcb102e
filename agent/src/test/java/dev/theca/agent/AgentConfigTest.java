package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
  private static Outcome<AgentConfig> read(String more) {
    String text =
        """
        version = "0.1.0"
        algorithm = "sha256"
        [data]
        "theca.toml" = '''
        kbs_url = "https://broker.example"
        security_policy = "kbs:///default/security-policy/a"
        workload_policy = "kbs:///default/workload-policy/a"
        %s
        '''
        """
            .formatted(more);
    return AgentConfig.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void credentials_and_mirrors_are_named_and_lie_at_the_broker() {
    var access =
        read("""
                registry_credentials = "kbs:///default/credential/a"
                registries_conf = "kbs:///default/registries/a"
                registry_proxy = "http://proxy.example:3128"
                registry_no_proxy = ["inside.example"]
                insecure_registries = ["127.0.0.1:5000"]
                """)
            .orThrow()
            .registries();
    assertThat(access.credentials().orElseThrow().path()).isEqualTo("default/credential/a");
    assertThat(access.configuration().orElseThrow().path()).isEqualTo("default/registries/a");
    assertThat(access.insecure()).containsExactly("127.0.0.1:5000");
  }

  @Test
  void a_registry_client_waits_for_its_credentials() {
    var access = read("registry_credentials = \"kbs:///a/b/c\"").orThrow().registries();
    var none =
        new AgentRegistries(
            access,
            uri ->
                Outcome.refused(
                    dev.theca.wire.Code.of("kbs-refused"), uri + "", "a grant", "none", "ask"));
    assertThat(none.client().isGranted()).isFalse();
    var some =
        new AgentRegistries(
            access,
            uri ->
                Outcome.granted(
                    Secret.moveFrom("{\"auths\":{}}".getBytes(StandardCharsets.UTF_8))));
    assertThat(some.client().isGranted()).isTrue();
    some.client().orThrow().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry_credentials = \"default/credential/a\"",
        "registries_conf = \"file:///etc/x\"",
        "registry_proxy = \"ftp://x\"",
        "insecure_registry = [\"x\"]",
        "policy = \"none\""
      })
  void what_is_not_understood_is_refused(String more) {
    assertThat(read(more).isGranted()).isFalse();
  }
}
