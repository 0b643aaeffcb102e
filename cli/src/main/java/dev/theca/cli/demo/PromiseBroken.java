package dev.theca.cli.demo;

/** Something that Theca promises did not hold in this run. */
final class PromiseBroken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PromiseBroken(String promise, String seen) {
    super(promise + "\n  but: " + seen);
  }

  static void unless(boolean held, String promise, String seen) {
    if (!held) throw new PromiseBroken(promise, seen);
  }
}
