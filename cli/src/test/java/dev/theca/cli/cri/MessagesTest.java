package dev.theca.cli.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
  private static JsonObject json(String text) {
    return Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private static JsonObject backAndForth(String message, String text) {
    byte[] bytes = Messages.encode(message, json(text)).toBytes();
    return Messages.decode(message, new ProtoReader(bytes));
  }

  @Test
  void the_bytes_are_those_of_the_interface() {
    // api.proto: StopContainerRequest {container_id = 1, timeout = 2}
    byte[] bytes =
        Messages.encode("StopContainerRequest", json("{\"container_id\":\"ab\",\"timeout\":5}"))
            .toBytes();
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("0a0261621005");
  }

  @Test
  void every_kind_of_field_comes_back() {
    var context =
        backAndForth(
            "LinuxContainerSecurityContext",
            """
            {"privileged": true, "supplemental_groups": [7, 0, 70000], "run_as_user": {"value": 0},
             "namespace_options": {"pid": "CONTAINER", "network": 2},
             "capabilities": {"drop_capabilities": ["ALL", ""]}}""");
    assertThat(context.bool("privileged")).contains(true);
    assertThat(Json.text(context.get("supplemental_groups").orElseThrow()))
        .isEqualTo("[7,0,70000]");
    assertThat(context.object("run_as_user")).as("a box around zero is not nothing").isPresent();
    var namespaces = context.object("namespace_options").orElseThrow();
    assertThat(namespaces.string("pid")).contains("CONTAINER");
    assertThat(namespaces.string("network")).contains("NODE");
    assertThat(namespaces.string("ipc")).contains("POD");
    assertThat(context.object("capabilities").flatMap(c -> c.strings("drop_capabilities")))
        .hasValueSatisfying(c -> assertThat(c).containsExactly("ALL", ""));
    assertThat(context.object("seccomp")).as("a message that did not come").isEmpty();
  }

  @Test
  void maps_bytes_and_large_numbers_come_back() {
    var image = backAndForth("ExecSyncResponse", "{\"stdout\": \"AP8=\", \"exit_code\": 255}");
    assertThat(image.string("stdout")).contains("AP8=");
    assertThat(image.integer("exit_code")).contains(255L);
    byte[] huge = new ProtoWriter().varint(1, -1).toBytes();
    assertThat(Json.text(Messages.decode("UInt64Value", new ProtoReader(huge))))
        .isEqualTo("{\"value\":18446744073709551615}");
    assertThat(Messages.decode("Int64Value", new ProtoReader(huge)).integer("value")).contains(-1L);
    var pod = backAndForth("PodSandboxConfig", "{\"labels\": {\"a\": \"b\", \"c\": \"\"}}");
    assertThat(Json.text(pod.get("labels").orElseThrow())).isEqualTo("{\"a\":\"b\",\"c\":\"\"}");
  }

  @Test
  void fields_of_a_newer_runtime_are_passed_over() {
    byte[] newer = new ProtoWriter().string(1, "id").string(99, "new").varint(98, 7).toBytes();
    var answer = Messages.decode("RunPodSandboxResponse", new ProtoReader(newer));
    assertThat(Json.text(answer)).isEqualTo("{\"pod_sandbox_id\":\"id\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ContainerConfig | {`imge`: {}} | `imge` is no member of ContainerConfig",
        "ContainerConfig | {`image`: {`nam`: ``}} | `nam` is no member of ImageSpec",
        "ContainerConfig | {`tty`: `yes`} | `tty` of ContainerConfig is not a boolean",
        "ContainerConfig | {`command`: `sh`} | `command` of ContainerConfig is not an array",
        "ContainerConfig | {`command`: [1]} | `command` of ContainerConfig is not a string",
        "NamespaceOption | {`pid`: `HOST`} | `pid` of NamespaceOption is not one of POD, CONTAINER",
        "StopContainerRequest | {`timeout`: 1.5} | `timeout` of StopContainerRequest is not an integer",
      })
  void a_setting_that_would_be_lost_is_refused(String message, String text, String words) {
    String document = text.strip().replace('`', '"');
    assertThatThrownBy(() -> Messages.encode(message.strip(), json(document)))
        .isInstanceOf(Messages.WrongMessage.class)
        .hasMessageContaining(words.strip().replace('`', '\''));
  }
}
