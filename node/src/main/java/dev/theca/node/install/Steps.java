package dev.theca.node.install;

/** Told before each step that changes something; a test stops the work there. */
@FunctionalInterface
public interface Steps {
  void reached(String step);

  /** Nobody listens. */
  static Steps unseen() {
    return step -> {};
  }
}
