package dev.theca.sealfs;

/** Hears of each piece of content that is not what was stored; for the audit log. */
@FunctionalInterface
public interface TamperWatch {
  /** Names the place, never content; block -1 stands for the list of blocks. */
  void tampered(long ino, long block);
}
