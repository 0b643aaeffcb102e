package dev.theca.cli.broker;

import dev.theca.cli.audit.AuditCommand;
import dev.theca.cli.policy.PolicyCommand;
import dev.theca.cli.why.WhyCommand;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;

/** What {@code theca} with some arguments ended with and wrote. */
public record Ran(int exitCode, String out, String err) {
  /** {@code theca} with these arguments. */
  public static Ran theca(String... arguments) {
    return thecaWith("", arguments);
  }

  /** The same with something on standard input. */
  public static synchronized Ran thecaWith(String input, String... arguments) {
    Object command =
        switch (arguments[0]) {
          case "broker" -> new BrokerEntry();
          case "seal" -> new dev.theca.cli.seal.SealEntry();
          case "audit" -> new AuditCommand();
          case "image" -> new dev.theca.cli.image.ImageEntry();
          case "sealfs" -> new dev.theca.cli.sealfs.SealfsEntry();
          case "node" -> new dev.theca.cli.node.NodeEntry();
          case "registry" -> new dev.theca.cli.registry.RegistryCommand();
          case "cri" -> new dev.theca.cli.cri.CriCommand();
          case "why" -> new WhyCommand();
          case "policy" -> new PolicyCommand();
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    var out = System.out;
    var err = System.err;
    var in = System.in;
    var written = new ByteArrayOutputStream();
    var wrong = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(wrong, true, StandardCharsets.UTF_8));
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      int code =
          new CommandLine(command).execute(Arrays.copyOfRange(arguments, 1, arguments.length));
      return new Ran(
          code, written.toString(StandardCharsets.UTF_8), wrong.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.setIn(in);
    }
  }

  /** What was written as an object. */
  public JsonObject json() {
    return Json.object(out.getBytes(StandardCharsets.UTF_8)).orThrow();
  }
}
