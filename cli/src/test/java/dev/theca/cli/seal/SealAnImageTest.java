package dev.theca.cli.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.cli.broker.RunningBroker;
import dev.theca.image.ImageRef;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that teaches sealing: its commands do what it says. */
class SealAnImageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("theca.root", "..")).resolve("docs/how/seal-an-image.md");
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final String PROMPT = "$ ./theca ";

  @TempDir Path home;

  @Test
  void every_command_of_the_page_says_what_the_page_shows() throws IOException {
    try (var registry =
            Registry.start(
                    RegistrySettings.of(home.resolve("registry")).withListen("127.0.0.1:0"),
                    InstantSource.system())
                .orThrow();
        var broker = RunningBroker.serve(home, "--state", home + "/state")) {
      push(registry.address());
      var console = CONSOLE.matcher(Files.readString(PAGE));
      int run = 0;
      for (; console.find(); run++) run(console.group(1), registry.address(), broker);
      assertThat(run).isEqualTo(4);
    }
  }

  private static void push(String address) {
    var settings = RemoteSettings.standard().withInsecure(Set.of(address));
    try (var registries = new Registries(settings);
        var to = registries.writer(ImageRef.parse(address + "/plain/app:1").orThrow()).orThrow()) {
      var image =
          BuiltImage.packed(
              List.of(
                  new LayerBuilder().file("/a", new byte[10], 0644),
                  new LayerBuilder().file("/run", new byte[] {'#'}, 0755)),
              new BuiltImage.Run(List.of("/run"), List.of(), List.of(), "", "/"));
      new ImageCopy(image, to, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
    }
  }

  private void run(String command, String address, RunningBroker broker) {
    int end = command.indexOf('\n');
    assertThat(command).startsWith(PROMPT);
    var arguments = new ArrayList<String>();
    for (String word : command.substring(PROMPT.length(), end).split(" "))
      arguments.add(
          word.startsWith("release")
              ? home.resolve(word) + ""
              : word.replace("registry.example", address));
    if (!arguments.contains("keygen")) arguments.addAll(List.of("--insecure-registry", address));
    String[] all = arguments.toArray(String[]::new);
    var ran = arguments.getFirst().equals("seal") ? broker.theca(all) : Ran.theca(all);
    assertThat(ran.exitCode()).as(command + ran.out() + ran.err()).isZero();
    for (String line : command.substring(end + 1).lines().toList()) {
      String shown =
          Pattern.quote(line.replace("registry.example", address))
              .replace("...", "\\E[0-9a-f]+\\Q")
              .replace("release", "\\E[^ ]*release\\Q")
              .replace("317 B", "\\E[0-9]+ B\\Q");
      assertThat(ran.out().lines()).as(command).anyMatch(l -> l.matches(shown));
    }
  }
}
