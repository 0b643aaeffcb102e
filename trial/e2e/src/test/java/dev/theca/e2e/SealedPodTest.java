package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises of the demo, judged from the raw facts that it reports, on each containerd. A test
 * is named after the lie that it refuses.
 */
@ParameterizedClass(name = "containerd {0}")
@MethodSource("containerds")
class SealedPodTest {
  private static final Pattern REFUSAL =
      Pattern.compile("([a-z-]+): (.+) (?:is) (.+), expected (.+); (.+)", Pattern.DOTALL);

  private final DemoRun demo;

  SealedPodTest(String containerd) {
    demo = DemoRun.on(containerd);
  }

  static List<String> containerds() {
    return DemoRun.containerds();
  }

  @Test
  void aDemoThatSaysAllIsWellAndIsNot() {
    assertEquals(0, demo.exitCode, demo.progress);
    assertEquals(true, demo.report.bool("held").orElse(false), demo.progress);
  }

  @Test
  void aServiceThatAnswersAnybody() {
    assertTrue(demo.text("sealed.answerWithoutPassword").startsWith("-NOAUTH"));
  }

  @Test
  void aServiceThatNeverGotItsSecret() {
    assertEquals("+PONG", demo.text("sealed.answerWithPassword"));
  }

  @Test
  void aSecretThatIsNoFileInTheContainer() {
    assertTrue(demo.bool("exec.secretIsThere"));
    assertEquals(0, demo.number("exec.exitCode"));
  }

  @Test
  void aHostThatKeepsALayerOfTheImage() {
    assertEquals(List.of(), demo.list("store.layers"));
    assertTrue(demo.bool("store.hasManifest"), "the store was looked at in the right place");
    assertTrue(demo.number("store.layersOfImage") >= 2);
  }

  @Test
  void aCanaryInAFileOfTheHost() {
    assertEquals(List.of(), demo.list("search.sealed.hits"));
    assertEquals(List.of(), demo.list("search.sealed.unreadable"));
    assertTrue(demo.number("search.sealed.files") > 50, "the search read files");
  }

  @Test
  void aSearchThatCouldNotFindAnything() {
    assertEquals(
        List.of("content of a file", "name of a file", "password"),
        demo.list("search.plain.found"));
    assertTrue(demo.list("search.plain.foundInContainerdRoot").contains("content of a file"));
  }

  @Test
  void aControlThatNeverRan() {
    assertEquals("+PONG", demo.text("plain.answerWithPassword"));
  }

  @Test
  void aLogThatIsLost() {
    assertTrue(demo.bool("log.hasServiceOutput"));
  }

  @Test
  void statisticsOfNothing() {
    assertTrue(demo.number("stats.cpuNanos") > 0);
    assertTrue(demo.number("stats.workingSetBytes") > 0);
  }

  @Test
  void aRemovedPodThatLeavesSomethingBehind() {
    assertEquals(List.of(), demo.list("end.leftovers"));
  }

  @Test
  void aTamperedAgentThatStarts() {
    refused("tampered", "launch-measurement");
  }

  @Test
  void anAgentOfAnotherBuilderThatGetsKeys() {
    refused("foreign", "executables-unrecognized");
  }

  @Test
  void evidenceUnderAnUnknownRootThatIsBelieved() {
    refused("root", "chain-untrusted");
    assertTrue(demo.text("refused.root").contains("sim:demo"), "it names the roots it would take");
  }

  @Test
  void aRefusalThatNobodyFindsByItsPod() {
    assertTrue(
        demo.text("refused.root").matches("(?s).*\\(theca why [a-z2-7]{12}\\).*"),
        "the pod's status has the id of the refusal: " + demo.text("refused.root"));
    assertEquals(List.of("demo/refused"), demo.list("refused.root.pods"));
  }

  @Test
  void anImageThatNobodySigned() {
    refused("unsigned", "image-unsigned");
  }

  @Test
  void anImageWhoseLayerWasSwapped() {
    refused("swapped", "image-unsigned");
  }

  @Test
  void aVolumeThatIsGoneWithItsContainer() {
    assertEquals("+OK", demo.text("kept.written"));
    assertEquals("100", demo.text("kept.found"));
  }

  @Test
  void aVolumeOfYesterdayThatOpens() {
    String words = demo.text("refused.yesterday");
    var matcher = REFUSAL.matcher(words);
    assertTrue(matcher.matches(), "code, what, found, expected, what to do: " + words);
    assertEquals("volume-stale", matcher.group(1), words);
  }

  private void refused(String fact, String code) {
    String words = demo.text("refused." + fact);
    var matcher = REFUSAL.matcher(words);
    assertTrue(matcher.matches(), "code, what, found, expected, what to do: " + words);
    assertEquals(code, matcher.group(1), words);
    assertEquals(List.of(), demo.list("refused." + fact + ".keys"), "keys released");
  }

  @Test
  void aStageWithoutATime() {
    var stages = demo.report.array("stages").orElseThrow();
    assertTrue(stages.size() > 20, stages.size() + " stages");
    for (var stage : stages) {
      var row = (dev.theca.wire.json.JsonObject) stage;
      assertTrue(row.integer("ms").orElse(-1L) >= 0, row.toString());
      assertFalse(row.string("stage").orElse("").isBlank());
    }
  }

  @Test
  void aDemoThatLeavesItsFolders() {
    assertFalse(Files.exists(Path.of("/var/lib/theca-trial")));
    assertFalse(Files.exists(Path.of("/run/theca-trial")));
  }
}
