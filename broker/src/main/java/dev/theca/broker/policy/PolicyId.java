package dev.theca.broker.policy;

import dev.theca.wire.Outcome;
import java.util.regex.Pattern;

/**
 * Which policy. Attestation policies are named {@code ID_CLASS}, such as {@code default_cpu};
 * resource policies by the tenant, the broker's own by {@code resource-policy}.
 */
public record PolicyId(Kind kind, String name) implements Comparable<PolicyId> {
  /** What a policy judges. */
  public enum Kind {
    /** Evidence. */
    ATTESTATION("attestation"),
    /** Tokens of whoever asks for resources. */
    RESOURCE("resource"),
    /** Tokens of whoever asks for resources of one tenant. */
    TENANT("tenant");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in the database, in audit events, and on the command line. */
    public String word() {
      return word;
    }
  }

  /** The broker's own resource policy. */
  public static final PolicyId RESOURCE = new PolicyId(Kind.RESOURCE, "resource-policy");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /** An attestation policy, by its whole name. */
  public static Outcome<PolicyId> attestation(String name) {
    return checked(new PolicyId(Kind.ATTESTATION, name));
  }

  /** A tenant's resource policy. */
  public static Outcome<PolicyId> tenant(String tenant) {
    return checked(new PolicyId(Kind.TENANT, tenant));
  }

  /** A policy whose name may be one. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static Outcome<PolicyId> checked(PolicyId id) {
    if (isName(id.name)) return Outcome.granted(id);
    return Outcome.refused(
        PolicyCode.POLICY_NAME,
        "name of the " + id.kind.word + " policy",
        "1 to 128 letters, digits, dots, dashes and underscores, the first a letter or digit",
        id.name.length() + " characters, or others",
        "choose another name");
  }

  @Override
  public int compareTo(PolicyId other) {
    int kinds = kind.compareTo(other.kind);
    return kinds != 0 ? kinds : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return kind.word + "/" + name;
  }
}
