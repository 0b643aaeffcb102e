package dev.theca.stand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.cli.cri.CriClient;
import dev.theca.kit.stand.Handler;
import dev.theca.kit.stand.NodeFile;
import dev.theca.kit.stand.Stand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a user of containers sees of our handler is what they see of the stock shim, line by
 * line, on each containerd. {@code -Dtheca.stand.handler=STOCK} compares the stock shim with
 * itself: what then differs is no outcome but chance, and does not belong into a scene.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("containerds")
class SameOutcomeTest {
  private static final Handler HANDLER =
      Handler.valueOf(System.getProperty("theca.stand.handler", "PLAIN"));

  /**
   * The stock shim loses output now and then and is played again; what we show in our only play, it
   * must show in one of them.
   */
  private static final int PLAYS = 3;

  private static final boolean SHOW = Boolean.getBoolean("theca.stand.show");
  private static final List<Stand> STANDS = new ArrayList<>();

  SameOutcomeTest(Path programs) {
    assertTrue(STANDS.getFirst().version().length() > 0, programs.toString());
  }

  static List<Path> containerds() {
    String only = System.getProperty("theca.stand.containerd", "");
    if (!only.isEmpty()) return List.of(Path.of(only));
    var all = new ArrayList<>(List.of(Path.of("/usr/bin")));
    String more = System.getenv("THECA_CONTAINERD_DIRS");
    if (more != null && !more.isBlank())
      for (String folder : more.trim().split("[ :]+")) all.add(Path.of(folder));
    return all;
  }

  @BeforeParameterizedClassInvocation
  static void open(Path programs) {
    String missing = Stand.missing();
    assumeTrue(missing.isEmpty(), "missing: " + missing);
    String built = System.getProperty("theca.root", "../..");
    Path root = Path.of(System.getProperty("theca.stand.built", built)).toAbsolutePath();
    var stand = Stand.open(programs, Stand.Built.in(root));
    STANDS.add(stand);
    if (HANDLER == Handler.PLAIN) stand.startNode(NodeFile.text(stand));
  }

  @AfterParameterizedClassInvocation
  static void aHandlerThatLeavesSomethingBehind() {
    while (!STANDS.isEmpty()) assertEquals(List.of(), STANDS.removeFirst().end());
  }

  static Stream<Scene> scenes() {
    var only = List.of(System.getProperty("theca.stand.scene", "").split(",", -1));
    return Stream.of(RunScenes.all(), TaskScenes.all(), PodScenes.all())
        .flatMap(List::stream)
        .filter(scene -> only.stream().anyMatch(scene.name()::contains));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenes")
  void anOutcomeThatTellsTheHandlersApart(Scene scene) throws Exception {
    var stock = new ArrayList<String>();
    String found;
    try (var threads = Executors.newFixedThreadPool(scene.alone() ? 1 : 2)) {
      var expected = threads.submit(() -> outcome(scene, Handler.STOCK));
      found = threads.submit(() -> outcome(scene, HANDLER)).get();
      stock.add(expected.get());
    }
    while (stock.size() < PLAYS && !stock.contains(found)) stock.add(outcome(scene, Handler.STOCK));
    assertFalse(found.isEmpty());
    String expected = stock.contains(found) ? found : stock.getFirst();
    assertEquals(expected, found, () -> STANDS.getFirst().log("node"));
  }

  private String outcome(Scene scene, Handler by) throws Exception {
    try (var cri = new CriClient(STANDS.getFirst().socket())) {
      var place = new Place(STANDS.getFirst(), by, cri);
      var seen = new Outcome(place);
      scene.play().on(place, seen);
      if (SHOW)
        System.err.println("== " + by + " " + scene + "\n" + String.join("\n", seen.lines()));
      return String.join("\n", seen.lines());
    }
  }
}
