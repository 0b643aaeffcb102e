package dev.theca.rego.builtin;

import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.LaidOut;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.List;

/** {@code rego.parse_module}: the tree of a policy of version 1. */
final class ModuleParsing {
  private ModuleParsing() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("rego.parse_module", "string, string -> object", ModuleParsing::parse));
  }

  private static Value parse(Calling context, Value[] a) throws BuiltinFault {
    String file = Wrong.text(a[0], 1);
    String text = Wrong.text(a[1], 2);
    // the parser reads a character a few times at most
    context.spend(16L * text.length() + file.length() + 16);
    return switch (PolicyParser.laidOut(file, text, Syntax.V1)) {
      case Outcome.Granted<LaidOut>(var policy) -> ModuleTree.of(context, policy);
      case Outcome.Refused<LaidOut>(List<Refusal> reasons) -> {
        Refusal first = reasons.getFirst();
        throw new BuiltinFault(
            "1 error occurred: %s: rego_parse_error: unexpected %s: expected %s"
                .formatted(first.what(), first.found(), first.expected()));
      }
    };
  }
}
