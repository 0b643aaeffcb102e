package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;

/** {@code x in xs} and {@code k, x in xs}; nothing is in a value that has no members. */
final class Members {
  private Members() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("internal.member_2", "any, any -> boolean", Members::among),
        Builtin.of("internal.member_3", "any, any, any -> boolean", Members::at));
  }

  private static Value among(Calling context, Value[] a) {
    Value wanted = a[0];
    return Value.of(
        switch (a[1]) {
          case SetValue set -> set.contains(wanted);
          case ArrayValue array -> {
            context.spend(array.size());
            yield array.contains(wanted);
          }
          case ObjectValue object -> {
            context.spend(object.size());
            yield object.members().containsValue(wanted);
          }
          case NullValue _, BoolValue _, NumberValue _, TextValue _ -> false;
        });
  }

  private static Value at(Calling context, Value[] a) {
    return Value.of(a[1].equals(a[2].at(a[0])));
  }
}
