package dev.theca.cli.broker;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Names a policy on the command line. */
public final class WhichPolicy {
  /** What a policy judges. */
  public enum Kind {
    attestation,
    resource,
    tenant
  }

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "attestation: judges evidence; resource: judges who gets what;"
              + " tenant: the same, for one tenant alone")
  private @Nullable Kind kind;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "attestation: such as default_cpu, the default; tenant: its name; resource: needs none")
  private @Nullable String id;

  /** For the command line. */
  public WhichPolicy() {}

  /** Whether the user named one. */
  public boolean isNamed() {
    return kind != null || id != null;
  }

  /** The kind's word. */
  public String kind() {
    if (kind == null) throw new WrongUsage("name the policy: --kind attestation, resource, tenant");
    return kind.name();
  }

  /** The name within the kind. */
  public String id() {
    String kindWord = kind();
    if (id != null) {
      if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"))
        throw new WrongUsage("--id takes letters, digits, dots, dashes and underscores");
      return id;
    }
    return switch (kindWord) {
      case "attestation" -> "default_cpu";
      case "resource" -> "resource-policy";
      default -> throw new WrongUsage("name the tenant: --id NAME");
    };
  }
}
