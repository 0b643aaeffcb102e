package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.node.control.ControlSocket.Answer;
import dev.theca.node.control.ControlSocket.Call;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What start, delete and -info answer to each containerd. */
class ShimCallsTest {
  private static final String FEATURES =
      """
      {"ociVersionMin":"1.0.0","mountOptions":["ro","rro","idmap","ridmap"],
       "linux":{"namespaces":["pid","user"],"mountExtensions":{"idmap":{"enabled":true}},
       "cgroup":{"v1":true}}}""";

  @TempDir Path folder;
  private final List<String> announced = new ArrayList<>();
  private final List<String> binaries = new ArrayList<>();
  private String version = "";

  private final ShimTasks tasks =
      new ShimTasks() {
        @Override
        public void announce(
            ShimKind kind,
            String namespace,
            String id,
            String ttrpcAddress,
            String grpcAddress,
            RuntimeOptions options) {
          announced.add(
              String.join(
                  " ", kind + "", namespace, id, ttrpcAddress, grpcAddress, options.type()));
        }

        @Override
        public Ended cleanUp(String namespace, String id) {
          return id.equals("known")
              ? new Ended(7, 3, Instant.ofEpochSecond(1_000, 5))
              : Ended.unknown();
        }
      };

  private ShimCalls calls;

  private final List<String> removed = new ArrayList<>();

  @BeforeEach
  void calls() throws Exception {
    Files.createFile(folder.resolve("containerd.sock"));
    var question =
        new Versions(
            socket -> {
              if (version.isEmpty()) throw new IllegalStateException("no answer");
              return version;
            });
    calls =
        new ShimCalls(
            tasks,
            Map.of(
                ShimKind.CONFIDENTIAL, Path.of("/run/t/task.sock"),
                ShimKind.PLAIN, Path.of("/run/t/plain.sock")),
            binary -> {
              binaries.add(binary);
              return FEATURES.getBytes(StandardCharsets.UTF_8);
            },
            (namespace, id, bundle) -> removed.add(namespace + "/" + id + " " + bundle),
            question);
  }

  private Call call(String action, String name, String id, String max, byte[] input) {
    return new Call(
        action,
        name,
        "ns",
        id,
        folder.toString(),
        folder.resolve("containerd.sock").toString(),
        "/run/c.ttrpc",
        max,
        input);
  }

  private String start(String name, String max, byte[] input) {
    return text(calls.answer(call("start", name, "abc", max, input)));
  }

  private static String text(Answer answer) {
    return answer.code() == 0
        ? new String(answer.out(), StandardCharsets.UTF_8)
        : answer.error().strip();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 2.1.9, plain", // 1.6 does not say MAX_SHIM_VERSION, and is not asked
    "2, 1.7.24~ds1, plain",
    "2, 1.6.20~ds1, plain",
    "2, 2.1.9, json",
    "2, v2.0.0-rc.1, json",
    "3, 10.0.1, json",
    "2, '', plain", // no answer
    "2, devel, plain",
    "2, '99999999999.1', plain",
  })
  void the_reply_is_in_the_form_that_the_containerd_takes(String max, String said, String form) {
    version = said;
    String address = "unix:///run/t/task.sock";
    assertThat(start("theca", max, new byte[0]))
        .isEqualTo(
            form.equals("plain")
                ? address
                : "{\"version\":3,\"address\":\"" + address + "\",\"protocol\":\"ttrpc\"}");
    assertThat(folder.resolve("address")).hasContent(address);
  }

  @Test
  void each_handler_has_an_address_of_its_own() {
    assertThat(start("theca", "", new byte[0])).isEqualTo("unix:///run/t/task.sock");
    assertThat(start("theca-plain", "", new byte[0])).isEqualTo("unix:///run/t/plain.sock");
    assertThat(folder.resolve("address")).hasContent("unix:///run/t/plain.sock");
    assertThat(announced)
        .containsExactly(
            "CONFIDENTIAL ns abc /run/c.ttrpc " + folder + "/containerd.sock ",
            "PLAIN ns abc /run/c.ttrpc " + folder + "/containerd.sock ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Theca", "theca-plain-x", "runc", "theca\nplain"})
  void another_name_is_no_handler_and_never_a_plain_one(String name) {
    assertThat(start(name, "", new byte[0])).startsWith("theca: handler is '").doesNotContain("\n");
    assertThat(announced).isEmpty();
    assertThat(folder.resolve("address")).doesNotExist();
  }

  @Test
  void what_no_task_stands_for_goes_by_the_notes_in_its_bundle() throws Exception {
    assertThat(calls.answer(call("delete", "theca", "abc", "", new byte[0])).code()).isZero();
    assertThat(removed).isEmpty();
    Files.createFile(folder.resolve("theca.launch"));
    assertThat(calls.answer(call("delete", "theca", "abc", "", new byte[0])).code()).isZero();
    assertThat(removed).containsExactly("ns/abc " + folder);
  }

  @Test
  void a_handler_that_is_not_served_is_refused() {
    var one =
        new ShimCalls(
            tasks, Map.of(ShimKind.CONFIDENTIAL, folder), _ -> new byte[0], (a, b, c) -> {});
    assertThat(text(one.answer(call("start", "theca-plain", "abc", "", new byte[0]))))
        .contains("handler");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../a", "a b", "a\0b", "-a", "\u00e4"})
  void what_is_no_name_makes_no_path(String id) {
    for (String action : List.of("start", "delete"))
      assertThat(text(calls.answer(call(action, "theca", id, "", new byte[0]))))
          .startsWith("theca: id is '");
    assertThat(announced).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/does/not/exist", "a\0b"})
  void a_bundle_that_is_no_folder_is_refused(String bundle) {
    var call = new Call("start", "theca", "ns", "abc", bundle, "", "", "", new byte[0]);
    assertThat(text(calls.answer(call))).startsWith("theca: bundle is '");
  }

  private static byte[] any(String type, byte[] value) {
    return new ProtoWriter().string(1, type).bytes(2, value).toBytes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd.runc.v1.Options",
        "type.googleapis.com/containerd.runc.v1.Options",
        "runtimeoptions.v1.Options"
      })
  void options_of_both_types_are_passed_on(String type) {
    assertThat(start("theca", "", any(type, new byte[] {8, 1}))).startsWith("unix://");
    assertThat(announced.getFirst()).endsWith(type.substring(type.lastIndexOf('/') + 1));
  }

  @Test
  void options_of_another_type_are_refused_with_its_name() {
    assertThat(start("theca", "", any("runhcs.v1.Options", new byte[0])))
        .contains("runhcs.v1.Options")
        .contains("expected containerd.runc.v1.Options");
    assertThat(announced).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0a", "0aff", "ffffffffffffffffffffff", "1a00", "08", "1202aabb", "0a0161", "0d"})
  void standard_input_that_is_nothing_known_is_refused(String hex) {
    assertThat(start("theca", "", java.util.HexFormat.of().parseHex(hex)))
        .startsWith("theca: standard input of start");
    assertThat(announced).isEmpty();
  }

  private static ProtoWriter bootstrap(String id, String version) {
    return new ProtoWriter()
        .string(1, id)
        .string(2, "ns")
        .varint(3, -4)
        .string(4, version)
        .string(5, "/b.ttrpc")
        .string(6, "/b.sock")
        .string(7, "/usr/bin/containerd");
  }

  @Test
  void bootstrap_parameters_say_version_addresses_and_options() {
    byte[] options = any("containerd.runc.v1.Options", new byte[] {8, 1});
    byte[] input =
        bootstrap("abc", "2.3.0")
            .message(8, new ProtoWriter().message(1, any("somebody.elses.Thing", new byte[3])))
            .message(8, new ProtoWriter().message(1, options))
            .toBytes();
    var call = new Call("start", "theca", "ns", "abc", folder.toString(), "", "", "", input);
    assertThat(text(calls.answer(call))).startsWith("{\"version\":3,");
    assertThat(announced)
        .containsExactly("CONFIDENTIAL ns abc /b.ttrpc /b.sock containerd.runc.v1.Options");
  }

  @Test
  void parameters_of_another_instance_are_none() {
    assertThat(start("theca", "", bootstrap("other", "2.3.0").toBytes()))
        .startsWith("theca: standard input of start");
  }

  @Test
  void delete_says_how_the_task_ended() {
    var in = new ProtoReader(calls.answer(call("delete", "theca", "known", "", new byte[0])).out());
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(7);
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isEqualTo(3);
    assertThat(in.next()).isTrue();
    var at = in.message();
    assertThat(at.next()).isTrue();
    assertThat(at.varint()).isEqualTo(1_000);
    assertThat(at.next()).isTrue();
    assertThat(at.varint()).isEqualTo(5);
  }

  private String info(String name, byte[] input) {
    var call = new Call("info", name, "", "", "", "", "", "", input);
    return new String(calls.answer(call).out(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_confidential_handler_offers_no_user_namespaces_and_a_plain_one_all_of_it() {
    assertThat(info("theca", new byte[0]))
        .contains("io.theca")
        .contains("0.1.0")
        .contains("features/Features")
        .contains("\"rro\"")
        .contains("\"pid\"")
        .contains("\"cgroup\"")
        .doesNotContain("idmap")
        .doesNotContain("\"user\"");
    assertThat(info("theca-plain", new byte[0])).contains("io.theca-plain").contains(FEATURES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{\"linux\":7,\"mountOptions\":{}}"})
  void features_that_are_none_offer_nothing(String json) {
    assertThat(Features.confidential(json.getBytes(StandardCharsets.UTF_8))).startsWith('{');
  }

  @Test
  void info_echoes_the_options_and_asks_the_runtime_they_name() {
    byte[] named = new ProtoWriter().string(6, "/usr/bin/other").toBytes();
    byte[] options = any("containerd.runc.v1.Options", named);
    assertThat(info("theca", options)).contains(new String(options, StandardCharsets.ISO_8859_1));
    byte[] toml = new ProtoWriter().string(3, "BinaryName = \"/opt/third\"").toBytes();
    assertThat(info("theca", any("runtimeoptions.v1.Options", toml))).contains("/opt/third");
    byte[] broken = new ProtoWriter().string(3, "= = =").toBytes();
    assertThat(info("theca", any("runtimeoptions.v1.Options", broken))).contains("io.theca");
    assertThat(binaries).containsExactly("/usr/bin/other", "/opt/third", "");
  }
}
