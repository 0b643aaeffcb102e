package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker revoke}: ends what was believed. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Ends what was believed: an attestation token, a measurement with all its tokens, or a",
      "certificate that a workload was given.",
      "",
      "Examples:",
      "  theca broker revoke jti 8f3a.. --why 'seen elsewhere'",
      "  theca broker revoke measurement 5f.. --why CVE-2026-1234"
    })
final class RevokeCommand {
  @Command(
      name = "jti",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Ends one attestation token, by its jti claim.",
        "",
        "Example: theca broker revoke jti 8f3a.. --why 'seen elsewhere'"
      })
  int jti(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "JTI", description = "id of the token") String jti,
      @Option(
              names = "--why",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "for the audit trail")
          String why) {
    return revoke(to, "jti", jti, why);
  }

  @Command(
      name = "measurement",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Ends every token with a measurement, and every later one; 'theca broker restore' undoes it.",
        "",
        "Example: theca broker revoke measurement 5f.. --why CVE-2026-1234"
      })
  int measurement(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "HEX", description = "such as MRENCLAVE")
          String measurement,
      @Option(
              names = "--why",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "for the audit trail")
          String why) {
    return revoke(to, "measurement", measurement, why);
  }

  @Command(
      name = "certificate",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Puts a certificate of the plugin x509-ca on its revocation list.",
        "",
        "Example: theca broker revoke certificate 3f:09:.."
      })
  int certificate(
      @Mixin Connection to,
      @Parameters(index = "0", paramLabel = "SERIAL", description = "its serial number in hex")
          String serial) {
    return to.run(
        talk -> {
          if (!serial.matches("[0-9a-fA-F:]{1,60}"))
            throw new WrongUsage("a serial number is given in hexadecimal digits");
          var body = JsonObject.builder().put("serial", serial).build();
          var done = talk.ask(AdminCall.post("kbs/v0/ca/revoke").with(Json.write(body)));
          return talk.say(done, "revoked certificate " + done.string("serial").orElse(serial));
        });
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists tokens and measurements that are revoked.",
        "",
        "Example: theca broker revoke list"
      })
  int list(@Mixin Connection to) {
    return to.run(
        talk -> {
          var call = AdminCall.get("theca/v1/revocations");
          var all = Pages.all(talk, call, "revocations", "kind", "value");
          return talk.say(
              JsonObject.builder().put("revocations", new JsonArray(all)).build(),
              Columns.of(all, "nothing is revoked", "kind", "value", "until", "why"));
        });
  }

  /** A measurement in hex, as the broker knows it. */
  static String measured(String hex) {
    if (!hex.matches("[0-9a-fA-F]{2,192}"))
      throw new WrongUsage("a measurement is given in hexadecimal digits");
    return hex.toLowerCase(java.util.Locale.ROOT);
  }

  private static int revoke(Connection to, String member, String named, String why) {
    return to.run(
        talk -> {
          String value = member.equals("jti") ? named : measured(named);
          var body = JsonObject.builder().put(member, value).put("why", why).build();
          byte[] unused = talk.bytes(AdminCall.post("theca/v1/revocations").with(Json.write(body)));
          return talk.say(
              JsonObject.builder().put("revoked", value).build(),
              "revoked " + member + " " + value);
        });
  }
}
