package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;

/** {@code sprintf} and {@code strings.render_template}. */
public final class PrintingFunctions {
  private PrintingFunctions() {}

  /** The functions of this package. */
  public static List<Builtin> list() {
    return List.of(
        Builtin.of("sprintf", "string, array -> string", PrintingFunctions::sprintf),
        Builtin.of("strings.render_template", "string, object -> string", Templates::render));
  }

  private static Value sprintf(Calling context, Value[] a) {
    var values = (ArrayValue) a[1];
    context.spend(1 + values.size());
    var operands = new Operand[values.size()];
    for (int i = 0; i < operands.length; i++) operands[i] = Operand.printed(values.item(i));
    return Value.of(Printf.print(context, ((TextValue) a[0]).text(), operands));
  }
}
