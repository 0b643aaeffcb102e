package dev.theca.node.task;

/** {@code containerd.v1.types.Status}. */
enum Status {
  CREATED(1, "created"),
  /** Being started: to others it is created still. */
  STARTING(1, "starting"),
  RUNNING(2, "running"),
  STOPPED(3, "stopped"),
  PAUSED(4, "paused"),
  PAUSING(5, "pausing");

  final int number;
  final String word;

  Status(int number, String word) {
    this.number = number;
    this.word = word;
  }

  /** By its word. What was being started when its daemon ended never will be. */
  static Status of(String word) {
    for (Status status : values())
      if (status.word.equals(word) && status != STARTING) return status;
    throw new IllegalArgumentException("no status " + word);
  }
}
