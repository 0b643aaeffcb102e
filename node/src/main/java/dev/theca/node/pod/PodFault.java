package dev.theca.node.pod;

/** A pod cannot be run, and nobody refused it: something broke. */
public final class PodFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PodFault(String message) {
    super(message);
  }
}
