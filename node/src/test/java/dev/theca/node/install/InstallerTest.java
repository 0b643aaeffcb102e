package dev.theca.node.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Installation and removal with the configuration reader of each containerd on this machine: the
 * distribution's, and those that {@code THECA_CONTAINERD_DIRS} names (folders, separated by
 * colons).
 */
class InstallerTest {
  private static final Back AT_ONCE = (socket, installed) -> {};
  private static final Machine MACHINE = new Machine(Optional.of(List.of("/bin/true")), false);
  private static final List<String> CRI = List.of("plugins", "io.containerd.grpc.v1.cri");

  private static final List<String> PROXY = List.of("proxy_plugins", "theca");

  /** In memory where there is a place for that: some thousand files are flushed here. */
  static final class InMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "theca")
          : Files.createTempDirectory("theca");
    }
  }

  @TempDir(factory = InMemory.class)
  Path home;

  static List<Containerd> containerds() {
    var found = new ArrayList<Containerd>();
    var folders = new ArrayList<>(List.of("/usr/bin"));
    String more = System.getenv("THECA_CONTAINERD_DIRS");
    if (more != null && !more.isEmpty()) folders.addAll(List.of(more.trim().split("[ :]+")));
    for (String folder : folders) {
      Path program = Path.of(folder, "containerd");
      if (Files.isExecutable(program)) found.add(Containerd.of(program).orThrow());
    }
    assumeTrue(!found.isEmpty(), "containerd is not on this machine");
    return found;
  }

  private Installer installer(Place place, Containerd containerd, Machine machine, Steps steps) {
    return new Installer(place.site, containerd, machine, AT_ONCE, steps);
  }

  private Installer installer(Place place, Containerd containerd) {
    return installer(place, containerd, MACHINE, Steps.unseen());
  }

  /** Configurations of several shapes, by name; those of version 3 for 2.x only. */
  private static Map<String, String> shapes(Containerd containerd) throws IOException {
    var shapes = new LinkedHashMap<String, String>();
    shapes.put("nothing but a version", "version = 2");
    shapes.put(
        "foreign tables, comments, odd spaces",
        """
        # by hand, keep!
        version = 2   # two

        root="HOME/root"
        [plugins]
          [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = 'mine/pause:1'  # ours
            [plugins."io.containerd.grpc.v1.cri".containerd]
              default_runtime_name = "other"
              snapshotter = "native"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.other]
                runtime_type = "io.containerd.runc.v2"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.other.options]
                  SystemdCgroup = true
        # the end, without a line end""");
    shapes.put(
        "lines of another system",
        "version = 2\r\nroot = \"HOME/root\"\r\n\r\n[grpc]\r\n  uid = 0\r\n");
    shapes.put(
        "imports of others",
        "version = 2\nimports = [\n  \"extra.toml\", # mine\n]\n[debug]\n  level = \"warn\"\n");
    String standard =
        Ran.of(
                List.of(containerd.program().toString(), "config", "default"),
                java.time.Duration.ofSeconds(30))
            .out();
    shapes.put("all defaults written out", standard);
    if (containerd.major() >= 2) {
      shapes.put(
          "version 3",
          "version = 3\n[plugins.'io.containerd.cri.v1.runtime']\n  restrict_oom_score_adj = true\n");
      shapes.put(
          "our pattern is there", "version = 3\nimports = ['HOME/etc/containerd/conf.d/*.toml']\n");
      shapes.put(
          "unpacking of somebody else",
          """
          version = 3
          [[plugins.'io.containerd.transfer.v1.local'.unpack_config]]
            platform = 'linux/amd64'
            snapshotter = 'native'
          """);
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void containerd_reads_our_handlers_and_removal_leaves_every_byte_as_it_was(Containerd containerd)
      throws IOException {
    for (var shape : shapes(containerd).entrySet()) {
      String as = containerd.version() + ": " + shape.getKey();
      var place = new Place(Files.createDirectory(home.resolve("m" + shape.getKey().hashCode())));
      place.config(shape.getValue());
      Path extra = place.site.config().resolveSibling("extra.toml");
      Files.writeString(extra, "version = 2\n[metrics]\n  address = \"127.0.0.1:1\"\n");
      Files.setAttribute(place.site.config(), "unix:mode", 0640);
      var before = place.everything();
      TomlFile read = containerd.dump(place.site.config()).orThrow();

      var report = installer(place, containerd).install().orThrow();
      assertThat(report.changed()).as(as).contains(place.site.launcher());
      TomlFile now = containerd.dump(place.site.config()).orThrow();
      var runtimes =
          containerd.major() >= 2 ? List.of("plugins", "io.containerd.cri.v1.runtime") : CRI;
      for (String handler : List.of("theca", "theca-plain"))
        assertThat(now.hasTable(Stanzas.path(runtimes, "containerd", "runtimes", handler)))
            .as(as)
            .isTrue();
      assertKept(as, read, now);

      var again = installer(place, containerd).install().orThrow();
      assertThat(again.changed()).as(as + ", again").isEmpty();

      installer(place, containerd).uninstall(false, false).orThrow();
      assertThat(place.everything()).as(as).isEqualTo(before);
    }
  }

  /** Every setting of before, as far as it is not one that 1.x has once for all runtimes. */
  private static void assertKept(String as, TomlFile before, TomlFile now) {
    var values = new HashMap<>(now.values());
    before
        .values()
        .forEach(
            (path, raw) -> {
              boolean ours =
                  path.getLast().equals("disable_snapshot_annotations")
                      || path.getLast().equals("snapshotter")
                      || path.getFirst().equals("imports")
                      || path.contains("unpack_config");
              if (!ours) assertThat(values).as(as).containsEntry(path, raw);
            });
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_machine_without_any_configuration_gets_none_back(Containerd containerd)
      throws IOException {
    var place = new Place(home);
    var before = place.everything();
    installer(place, containerd).install().orThrow();
    assertThat(place.site.config()).exists();
    installer(place, containerd).uninstall(false, false).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void what_somebody_else_wrote_since_stays_and_ours_goes(Containerd containerd)
      throws IOException {
    var place = new Place(home);
    place.config("version = 2\n# first\n[debug]\n  level = \"warn\"\n");
    installer(place, containerd).install().orThrow();
    String edited =
        Files.readString(place.site.config()).replace("\"warn\"", "\"info\"") + "# last\n";
    Files.writeString(place.site.config(), edited);
    Files.writeString(place.site.node(), "run = \"/elsewhere\"\n");
    var report = installer(place, containerd).uninstall(false, false).orThrow();
    assertThat(report.notes()).anyMatch(note -> note.contains("changed by somebody else"));
    assertThat(Files.readString(place.site.config()))
        .isEqualTo("version = 2\n# first\n[debug]\n  level = \"info\"\n# last\n");
    assertThat(place.site.node()).hasContent("run = \"/elsewhere\"\n");
    assertThat(place.site.dropIn()).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_containerd_that_does_not_come_back_gets_its_files_again(Containerd containerd)
      throws IOException {
    var place = new Place(home);
    place.config("version = 2\n[debug]\n  level = \"warn\"\n");
    var before = place.everything();
    var broken = new Machine(Optional.of(List.of("/bin/false")), false);
    var refused = refused(installer(place, containerd, broken, Steps.unseen()).install());
    assertThat(refused.code().id()).isEqualTo("containerd-not-back");
    assertThat(refused.next()).contains("every file is as before");
    assertThat(place.everything()).isEqualTo(before);
  }

  private static Refusal refused(Outcome<Report> outcome) {
    if (outcome instanceof Outcome.Refused<Report>(var reasons)) return reasons.getFirst();
    throw new AssertionError("granted: " + outcome);
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_configuration_that_containerd_refuses_is_not_touched(Containerd containerd)
      throws IOException {
    for (String text :
        List.of("version = 2\n[grpc]\n  uid = \"x\"\n", "version = 2\n[grpc\n", "version = 99\n")) {
      var place = new Place(Files.createTempDirectory(home, "m"));
      place.config(text);
      var before = place.everything();
      assertThat(refused(installer(place, containerd).install()).code().id())
          .isIn("containerd-refuses", "bad-toml", "containerd-config");
      assertThat(place.everything()).as(text).isEqualTo(before);
    }
  }

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Ends the work before the given step, as a power cut would. */
  private static Steps crashAt(int step, List<String> seen) {
    return name -> {
      if (seen.size() == step) throw new Crash();
      seen.add(name);
    };
  }

  private static String some(int major) {
    return (major == 1 ? "version = 2" : "version = 3") + "\n# mine\n[debug]\n  level = \"warn\"";
  }

  private Place fresh(int major) throws IOException {
    var place = new Place(Files.createTempDirectory(home, "m"));
    place.config(some(major));
    var unused = place.containerd(major);
    return place;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_crash_between_any_two_steps_is_mended_by_either_command(int major) throws IOException {
    var counted = new ArrayList<String>();
    var counting = fresh(major);
    installer(counting, counting.containerd(major), MACHINE, crashAt(-1, counted))
        .install()
        .orThrow();
    assertThat(counted).hasSizeGreaterThan(8);
    for (int step = 0; step < 2 * counted.size(); step++) {
      var place = fresh(major);
      var containerd = place.containerd(major);
      var before = place.everything();
      var crashing = installer(place, containerd, MACHINE, crashAt(step / 2, new ArrayList<>()));
      assertThatThrownBy(crashing::install).isInstanceOf(Crash.class);
      if (step % 2 == 0) {
        installer(place, containerd).install().orThrow();
        assertThat(containerd.dump(place.site.config()).orThrow().hasTable(PROXY)).isTrue();
      }
      installer(place, containerd).uninstall(false, false).orThrow();
      assertThat(place.everything()).as("step " + step).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_crash_within_a_removal_is_mended_by_either_command(int major) throws IOException {
    for (int step = 0; ; step++) {
      var place = fresh(major);
      var containerd = place.containerd(major);
      var before = place.everything();
      installer(place, containerd).install().orThrow();
      boolean crashed = false;
      try {
        var crashing = installer(place, containerd, MACHINE, crashAt(step / 2, new ArrayList<>()));
        var unused = crashing.uninstall(false, false);
      } catch (Crash e) {
        crashed = true;
      }
      if (step % 2 == 0) installer(place, containerd).install().orThrow();
      installer(place, containerd).uninstall(false, false).orThrow();
      assertThat(place.everything()).as("step " + step).isEqualTo(before);
      if (!crashed) {
        assertThat(step).isGreaterThan(16);
        return;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_later_version_takes_the_place_of_an_earlier_one(Containerd containerd) throws IOException {
    var place = new Place(home);
    place.config("version = 2\n");
    var before = place.everything();
    installer(place, containerd).install().orThrow();
    Path launcher = place.site.programs().resolve(Site.LAUNCHER);
    Files.writeString(launcher, "later");
    assertThat(installer(place, containerd).install().orThrow().changed())
        .containsExactly(place.site.launcher(), place.site.plain());
    assertThat(place.site.launcher()).hasContent("later");
    Files.writeString(launcher, "launcher");
    installer(place, containerd).uninstall(false, false).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void a_node_with_pods_is_not_uninstalled_by_chance(Containerd containerd) throws IOException {
    var place = new Place(home);
    installer(place, containerd).install().orThrow();
    Files.createDirectories(place.site.run().resolve("pods/abc"));
    assertThat(refused(installer(place, containerd).uninstall(false, false)).code().id())
        .isEqualTo("pods-running");
    assertThat(installer(place, containerd).uninstall(true, false).isGranted()).isTrue();
  }
}
