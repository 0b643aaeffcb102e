package dev.theca.bench.sealfs;

import java.util.Locale;
import java.util.Optional;

/** The goals of the room as ratios of one run; each is printed, met or missed. */
final class Goals {
  private final Scores scores;

  Goals(Scores scores) {
    this.scores = scores;
  }

  void print() {
    System.out.println("\n| goal | device | ring |\n|---|---|---|");
    gocryptfs("untar, given to the server or disk (sync -f)", 5);
    gocryptfs("rm -rf", 10);
    gocryptfs("find, cold", 5);
    gocryptfs("find, warm", 5);
    gocryptfs("read all, cold", 2);
    gocryptfs("read 4k at random", 2);
    gocryptfs("read 4k at random, 4 jobs", 2);
    gocryptfs("write 4k at random, not synced", 3);
    gocryptfs("read, O_DIRECT", 1.5);
    gocryptfs("read, buffered, cold", 0.9);
    gocryptfs("write, buffered, one fsync at the end", 1);
    processor("read all, cold", 0.5);
    processor("read, buffered, cold", 0.5);
    processor("write, buffered, one fsync at the end", 0.5);
    against("untar, given to the server or disk (sync -f)", "ext4", 1 / 1.5);
    against("find, warm", "ext4", 1);
    against("read all, warm", "ext4", 1);
    against("find, cold", "ext4", 1);
    against("an archive becomes files, durable, a process that is warm", "ext4", 1.5);
    against("read 4k at random", "null ring", 0.5);
    against("read, O_DIRECT", "null ring", 0.25);
    System.out.flush();
  }

  private void gocryptfs(String phase, double goal) {
    against(phase, "gocryptfs", goal);
  }

  private void against(String phase, String other, double goal) {
    String name = String.format(Locale.ROOT, "%s: %.2fx %s", phase, goal, other);
    line(
        name,
        scores.better(phase, "device", other).map(r -> word(r, r >= goal)),
        scores.better(phase, "ring", other).map(r -> word(r, r >= goal)));
  }

  /** The server's processor time as a part of gocryptfs', for the same bytes. */
  private void processor(String phase, double goal) {
    String name =
        String.format(Locale.ROOT, "%s: processor at most %.2f of gocryptfs", phase, goal);
    line(name, part(phase, "device", goal), part(phase, "ring", goal));
  }

  private Optional<String> part(String phase, String ours, double goal) {
    var theirs = scores.processor(phase, "gocryptfs").filter(ms -> ms > 0);
    return scores
        .processor(phase, ours)
        .flatMap(ms -> theirs.map(other -> word(ms / other, ms / other <= goal)));
  }

  private static String word(double ratio, boolean met) {
    return String.format(Locale.ROOT, "%.2f %s", ratio, met ? "met" : "**missed**");
  }

  private static void line(String name, Optional<String> device, Optional<String> ring) {
    if (device.isEmpty() && ring.isEmpty()) return;
    System.out.println("| " + name + " | " + device.orElse("-") + " | " + ring.orElse("-") + " |");
  }
}
