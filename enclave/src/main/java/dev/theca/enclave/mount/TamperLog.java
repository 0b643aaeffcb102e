package dev.theca.enclave.mount;

import dev.theca.sealfs.TamperWatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line for the audit for each piece of content that the host has changed, up to a hundred: a
 * reader may ask for the same piece for ever, and the rest is counted.
 */
final class TamperLog implements TamperWatch {
  private static final int LINES = 100;
  private static final int EXIT = 70;

  private final String volume;
  private final AtomicLong seen = new AtomicLong();

  TamperLog(String volume) {
    this.volume = volume;
  }

  @Override
  public void tampered(long ino, long block) {
    if (seen.incrementAndGet() <= LINES)
      System.err.println(
          "stage=audit event=tampered volume=" + volume + " ino=" + ino + " block=" + block);
  }

  /** The server ends, and the container with it: nobody waits for what is left to be written. */
  static void end() {
    System.err.println("stage=audit event=killed reason=\"content was changed by the host\"");
    Runtime.getRuntime().halt(EXIT);
  }
}
