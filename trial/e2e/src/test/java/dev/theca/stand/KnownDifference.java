package dev.theca.stand;

import dev.theca.kit.stand.Handler;
import java.util.List;

/** What our handler does otherwise on purpose, each with its reason. */
final class KnownDifference {
  private static final List<String> RUNTIME = List.of("runc create failed: ", "exec failed: ");

  private KnownDifference() {}

  /**
   * runc writes why it failed into its log, which is the answer, and once more on its standard
   * errors, which are those of the container. The stock shim copies them through itself and begins
   * to do so only when runc has succeeded; we hand the descriptor over, so that the errors of a
   * container survive the daemon, and the second copy comes through.
   *
   * @return the errors of ctr without a line that a later one repeats
   */
  static String withoutRepetition(String errors) {
    var kept = new java.util.ArrayList<String>();
    var lines = errors.strip().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      boolean repeated =
          RUNTIME.stream().anyMatch(line::startsWith)
              && lines.subList(i + 1, lines.size()).stream().anyMatch(l -> l.contains(line));
      if (!repeated) kept.add(lines.get(i));
    }
    return String.join("\n", kept).strip();
  }

  /**
   * The stock shim tells of an OOM from a thread of its own and on a busy machine too late, so that
   * CRI says Error; we look once more before an end is told, and must always say it.
   *
   * @param end of a container that the kernel killed
   */
  static String withReason(Handler handler, String end) {
    return switch (handler) {
      case STOCK -> end.replace(" 137 Error", " 137 OOMKilled");
      case PLAIN -> end;
    };
  }
}
