package dev.theca.broker.admin;

import java.util.regex.Pattern;

/** The shapes of names in the configuration, and foreign text made fit for a message. */
final class Words {
  /** A role's name, and an API token's. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  /** A tenant: the first segment of a resource's path (kbs-protocol.md, section 7.1). */
  static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}");

  private static final int SHOWN_CHARS = 100;

  private Words() {}

  /** Quoted, short, without control characters. */
  static String shown(String text) {
    String cut = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "..." : text;
    return "'" + cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?") + "'";
  }
}
