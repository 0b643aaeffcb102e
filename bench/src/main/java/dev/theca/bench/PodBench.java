package dev.theca.bench;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.List;

/**
 * From RunPodSandbox to the first answer of the service: a sealed pod against the same image under
 * the stock handler, both from the same run of the demo. The stock pod proves nothing to anybody;
 * the ratio is the price of attestation, decryption and sealing.
 */
final class PodBench {
  private static final String SEALED = "Run the sealed image as a pod";
  private static final String PROOF = "Prove it";
  private static final String PLAIN = "The same search, where it must find something";

  private final Path root;

  PodBench(Path root) {
    this.root = root;
  }

  void run(int rounds) throws Exception {
    var table = new Rounds("pod");
    System.out.println(
        "\npod: from RunPodSandbox to the first answer, " + rounds + " runs of the demo");
    for (int round = 0; round < rounds; round++) {
      var process =
          new ProcessBuilder(
                  root.resolve("theca").toString(), "demo", "--json", "--name", "theca-bench")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] out = process.getInputStream().readAllBytes();
      if (process.waitFor() != 0) throw new IllegalStateException("the demo failed; run it alone");
      var stages = Json.object(out).orThrow().array("stages").orElseThrow();
      table.record("theca, sealed", sum(stages, SEALED) + sum(stages, PROOF));
      table.record("stock handler, plain", sum(stages, PLAIN));
    }
    table.print();
  }

  private static double sum(List<JsonValue> stages, String chapter) {
    double sum = 0;
    for (JsonValue item : stages) {
      if (!(item instanceof JsonObject stage)) continue;
      String name = stage.string("stage").orElse("");
      boolean counts =
          List.of("RunPodSandbox", "CreateContainer", "StartContainer").contains(name)
              || name.startsWith("the service answers");
      if (counts && stage.string("chapter").orElse("").equals(chapter))
        sum += stage.integer("ms").orElse(0L);
    }
    return sum;
  }
}
