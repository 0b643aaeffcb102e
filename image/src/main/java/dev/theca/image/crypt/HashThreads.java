package dev.theca.image.crypt;

/** Where the hash passes of a layer run. */
public enum HashThreads {
  /** In the caller's thread: least work in all; right when other layers keep the cores busy. */
  CALLER,
  /** Each pass in a thread of its own: fastest for one layer. */
  OWN;

  RunningHash run(RunningHash hash) {
    return switch (this) {
      case CALLER -> hash;
      case OWN -> new HashAside(hash);
    };
  }
}
