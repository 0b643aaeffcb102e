package dev.theca.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.cli.broker.Ran;
import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page about nodes, and the same commands with every containerd of this machine. */
class RunNodeTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/run-a-node.md");
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final String PROMPT = "$ ./theca ";
  private static final Path INSTALLED = Path.of("/usr/bin/containerd");

  @TempDir Path place;

  static List<Path> containerds() {
    var all = new ArrayList<Path>();
    if (Files.isExecutable(INSTALLED)) all.add(INSTALLED);
    String more = System.getenv("THECA_CONTAINERD_DIRS");
    if (more != null && !more.isBlank())
      for (String folder : more.trim().split("[ :]+")) all.add(Path.of(folder, "containerd"));
    assumeTrue(!all.isEmpty(), "containerd is not on this machine");
    return all;
  }

  @BeforeEach
  void programs() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "containerd needs root");
    Path programs = Files.createDirectories(place.resolve("dist"));
    Files.writeString(programs.resolve("containerd-shim-theca-v2"), "launcher");
    Files.writeString(programs.resolve("pause"), "pause");
  }

  private Ran run(PrivateContainerd containerd, String... command) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(
        List.of("--containerd", containerd.program + "", "--config", containerd.config + ""));
    all.addAll(List.of("--state", place + "/var/lib/theca", "--run", place + "/run/theca"));
    all.addAll(List.of("--payload", place + "/opt/theca", "--programs", place + "/dist"));
    all.addAll(List.of("--node-config", place + "/etc/theca/node.toml"));
    if (command[1].endsWith("install"))
      all.addAll(List.of("--restart-command", containerd.restart + ""));
    return Ran.theca(all.toArray(String[]::new));
  }

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    assumeTrue(Files.isExecutable(INSTALLED), "containerd is not on this machine");
    var commands =
        CONSOLE
            .matcher(Files.readString(PAGE))
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split("(?m)^(?=\\$ )")))
            .toList();
    assertThat(commands).hasSize(5);
    try (var containerd = new PrivateContainerd(INSTALLED, place, PrivateContainerd.settings())) {
      for (String command : commands) {
        int end = command.indexOf('\n');
        assertThat(command).startsWith(PROMPT);
        var ran = run(containerd, command.substring(PROMPT.length(), end).split(" "));
        String out = (ran.out() + ran.err()).replace(place + "", "");
        boolean looks = command.contains("status") || command.contains("doctor");
        assertThat(ran.exitCode()).as(command + out).isEqualTo(looks ? 1 : 0);
        String shown = command.substring(end + 1);
        if (command.contains("doctor")) assertThat(out).as(command).contains(shown);
        else assertThat(out).as(command).matches(pattern(shown));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_containerd_that_runs_serves_both_handlers_until_they_are_taken_back(Path program)
      throws IOException {
    String text = PrivateContainerd.settings();
    try (var containerd = new PrivateContainerd(program, place, text)) {
      byte[] before = Files.readAllBytes(containerd.config);
      var installed = run(containerd, "node", "install", "--json");
      assertThat(installed.exitCode()).as(installed.err() + installed.out() + log()).isZero();
      var status = run(containerd, "node", "status", "--json").json();
      assertThat(status.strings("handlers").orElseThrow()).contains("theca", "theca-plain", "runc");
      var findings = run(containerd, "node", "doctor", "--json").out();
      assertThat(findings)
          .contains("daemon-down")
          .doesNotContain("handler-missing", "snapshotter-missing", "containerd-down", "file-");
      var removed = run(containerd, "node", "uninstall");
      assertThat(removed.exitCode()).as(removed.err() + removed.out() + log()).isZero();
      assertThat(containerd.config).hasBinaryContent(before);
      assertThat(
              run(containerd, "node", "status", "--json").json().strings("handlers").orElseThrow())
          .contains("runc")
          .doesNotContain("theca");
    }
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_containerd_that_dies_of_the_new_settings_runs_with_the_old_ones_again(Path program)
      throws IOException {
    try (var containerd = new PrivateContainerd(program, place, PrivateContainerd.settings())) {
      byte[] before = Files.readAllBytes(containerd.config);
      String script = Files.readString(containerd.restart);
      Files.writeString(
          containerd.restart,
          script.replace(
              "setsid " + program,
              "setsid $(grep -rqs proxy_plugins "
                  + place
                  + "/etc && echo /bin/false || echo "
                  + program
                  + ")"));
      var refused = run(containerd, "node", "install", "--wait", "2");
      assertThat(refused.exitCode()).as(refused.out()).isEqualTo(2);
      assertThat(refused.err()).contains("containerd-not-back", "every file is as before");
      assertThat(containerd.config).hasBinaryContent(before);
      assertThat(place.resolve("opt")).doesNotExist();
      assertThat(containerd.running()).isPresent();
    }
  }

  /** Settings alone say little: one containerd shows the shim's path and does not use it. */
  @ParameterizedTest
  @MethodSource("containerds")
  void a_pod_of_our_handlers_is_given_to_our_shim_and_no_other(Path program) throws IOException {
    String settings =
        PrivateContainerd.settings()
            .replace("restrict_oom", "sandbox_image = \"docker.io/x/pause:1\"\n  restrict_oom");
    Path called = place.resolve("called");
    Files.writeString(
        place.resolve("dist/containerd-shim-theca-v2"),
        "#!/bin/sh\necho $0 >>" + called + "\nexit 1\n");
    try (var containerd = new PrivateContainerd(program, place, settings)) {
      assertThat(run(containerd, "node", "install").exitCode()).as(log()).isZero();
      containerd.useStockSnapshotter();
      containerd.importImage("docker.io/x/pause:1");
      for (String handler : List.of("theca", "theca-plain")) {
        var pod =
            new PodConfig("p", handler, "default", place + "/logs", true, "", Map.of(), Map.of());
        try (var cri = new CriClient(place.resolve("c.sock"))) {
          assertThatThrownBy(() -> cri.runPod(pod, handler)).hasMessageContaining("start failed");
        }
      }
      assertThat(Files.readString(called).lines().distinct())
          .contains(
              place + "/opt/theca/bin/containerd-shim-theca-v2",
              place + "/opt/theca/bin/containerd-shim-theca-plain-v2");
    }
  }

  private String log() throws IOException {
    return Files.readString(place.resolve("containerd.log"));
  }

  /** The text of the page, where an ellipsis stands for anything on a line. */
  private static Pattern pattern(String text) {
    return Pattern.compile(
        Arrays.stream(text.split("…", -1))
            .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
            .collect(Collectors.joining("[^\n]*")));
  }
}
