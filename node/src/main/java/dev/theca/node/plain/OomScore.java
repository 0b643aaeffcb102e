package dev.theca.node.plain;

import dev.theca.node.pod.Spec;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How readily the kernel kills a container when memory runs out (proc(5), oom_score_adj). One whose
 * description names no score would inherit this daemon's; below the stock shim it inherits one more
 * than containerd's. So it gets one more than ours, written into the description, because then it
 * holds from the first instruction on and for processes that are added.
 */
final class OomScore {
  private static final int MOST = 1000;
  private static final String MEMBER = "oomScoreAdj";
  private static final long OF_CONTAINERS = Math.min(MOST, own() + 1);

  private OomScore() {}

  private static long own() {
    try {
      return Long.parseLong(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read this process's oom_score_adj", e);
    }
  }

  static boolean isNamed(Spec spec) {
    return spec.json().object("process").flatMap(p -> p.integer(MEMBER)).isPresent();
  }

  /** The description with a score. */
  static JsonObject named(Spec spec) {
    var process = spec.json().object("process").orElseGet(() -> JsonObject.builder().build());
    var score = JsonNumber.of(OF_CONTAINERS);
    return Spec.merged(spec.json(), Map.of("process", Spec.merged(process, Map.of(MEMBER, score))));
  }
}
