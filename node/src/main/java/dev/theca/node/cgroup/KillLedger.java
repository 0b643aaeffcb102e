package dev.theca.node.cgroup;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How many kills were told of the groups below a group. Systemd removes a unit's group with its
 * last process, at times before anybody has read its count; the group above goes on counting, and
 * what it has more than was told is that one's.
 */
final class KillLedger {
  private static final class Line {
    int watches;
    long told;
  }

  private final Map<Path, Line> lines = new HashMap<>();

  /** A group below this one is watched from now on. */
  synchronized void open(Path above) {
    lines.computeIfAbsent(above, path -> new Line()).watches++;
  }

  synchronized void close(Path above) {
    Line line = lines.get(above);
    if (line != null && --line.watches == 0) lines.remove(above);
  }

  synchronized void tell(Path above, long kills) {
    Line line = lines.get(above);
    if (line != null) line.told += kills;
  }

  synchronized long told(Path above) {
    Line line = lines.get(above);
    return line == null ? 0 : line.told;
  }

  synchronized int size() {
    return lines.size();
  }
}
