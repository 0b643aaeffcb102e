package dev.theca.stand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of the page do what the page shows, in its order, on each containerd. */
class CriPageTest {
  private static final Path ROOT =
      Path.of(System.getProperty("theca.root", "../..")).toAbsolutePath().normalize();
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final String MARK = "== end of a command";

  static List<Path> containerds() {
    return SameOutcomeTest.containerds();
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void aPageThatShowsWhatDoesNotHappen(Path programs) throws Exception {
    String missing = Stand.missing();
    assumeTrue(missing.isEmpty(), "missing: " + missing);
    try (var stand = Stand.open(programs, Stand.Built.in(ROOT))) {
      var commands = commands(stand);
      assertTrue(commands.size() > 15, "the page was read");
      var script = new StringBuilder("cd " + ROOT + "\n");
      script.append("export THECA_CRI_SOCKET=" + stand.socket() + "\n");
      for (String command : commands)
        script.append(command, 0, command.indexOf('\n')).append("\necho '" + MARK + "'\n");
      var ran = Sh.run(List.of("bash", "-c", script.toString()));
      var shown = Arrays.asList(ran.out().split(MARK + "\n", -1));
      assertEquals(commands.size() + 1, shown.size(), ran.err() + stand.log("containerd"));
      for (int i = 0; i < commands.size(); i++) matches(commands.get(i), shown.get(i), ran.err());
      assertEquals(List.of(), stand.end());
    }
  }

  private static void matches(String command, String shown, String err) {
    String expected = command.substring(command.indexOf('\n') + 1);
    var pattern = new StringBuilder();
    for (String part : expected.split("\\.\\.\\.", -1))
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    assertTrue(
        Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(shown).matches(),
        () -> command + "\nbut:\n" + shown + err);
  }

  private static List<String> commands(Stand stand) throws Exception {
    String page =
        Files.readString(ROOT.resolve("docs/how/talk-to-a-runtime.md"))
            .replace("registry.example/tools:1", Stand.IMAGE)
            .replace("/var/log/pods/", stand.root() + "/podlogs/");
    var commands = new ArrayList<String>();
    var block = CONSOLE.matcher(page);
    while (block.find())
      for (String command : block.group(1).split("(?m)^\\$ "))
        if (!command.isEmpty()) commands.add(command);
    return commands;
  }
}
