package dev.theca.linux;

import java.time.Instant;

/**
 * How and when a process ended.
 *
 * @param status its exit code 0 to 255; 128 + signal when a signal ended it
 * @param known false when the kernel would not tell (not our child, before Linux 6.15); then status
 *     is 255
 */
public record ProcessEnd(int status, Instant at, boolean known) {
  static final int UNKNOWN = 255;
}
