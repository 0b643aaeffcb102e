package dev.theca.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What an agent is told of its pod. */
class SandboxBodyTest {
  private static Spec spec(String namespace, String name, String uid) {
    String json =
        """
        {"annotations":{"io.kubernetes.cri.sandbox-namespace":"%s",
         "io.kubernetes.cri.sandbox-name":"%s","io.kubernetes.cri.sandbox-uid":"%s"}}
        """
            .formatted(namespace, name, uid);
    return new Spec(Json.object(json.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  @Test
  void an_agent_is_told_the_name_of_its_pod_so_that_refusals_of_it_are_found() {
    assertThat(SandboxBody.said(spec("team-a", "web-0", "0b1c2d3e-4f50")))
        .containsEntry("THECA_POD", "team-a/web-0 0b1c2d3e-4f50");
    assertThat(SandboxBody.said(spec("team-a", "web-0", "not one")))
        .containsEntry("THECA_POD", "team-a/web-0");
  }

  @Test
  void what_is_no_name_of_a_pod_is_not_told() {
    assertThat(SandboxBody.said(spec("", "web-0", "0b1c2d3e-4f50"))).isEmpty();
    assertThat(SandboxBody.said(spec("../x", "web-0", "0b1c2d3e-4f50"))).isEmpty();
    assertThat(
            SandboxBody.said(
                new Spec(Json.object("{}".getBytes(StandardCharsets.UTF_8)).orThrow())))
        .isEmpty();
  }
}
