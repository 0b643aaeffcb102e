package dev.theca.broker.setup;

/** Which broker this is. */
public final class Version {
  /** As in the project's POM. */
  public static final String NUMBER = "0.1.0";

  private Version() {}
}
