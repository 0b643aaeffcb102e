package dev.theca.cli.policy;

import dev.theca.rego.parse.PolicyParser.Syntax;
import picocli.CommandLine.Option;

/** Which syntax files have that do not say it themselves. */
final class Versions {
  @Option(
      names = "--v0-compatible",
      description = "files are of the older syntax, unless they import rego.v1")
  boolean v0;

  @Option(names = "--v1-compatible", description = "files are of version 1 (this is the default)")
  boolean v1;

  Syntax syntax() {
    return v0 ? Syntax.V0 : Syntax.V1;
  }
}
