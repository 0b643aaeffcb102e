package dev.theca.node.runc;

import dev.theca.linux.ProcessStat;

/** A process by its number and the clock tick of its start. */
record ProcessStart(long pid, long ticks) {
  /** Whether it is there, has not ended, and is no other process with its number. */
  boolean lives() {
    return ProcessStat.of(pid)
        .filter(stat -> !stat.hasEnded() && stat.startTicks() == ticks)
        .isPresent();
  }
}
