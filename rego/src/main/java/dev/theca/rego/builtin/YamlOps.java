package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;

/** YAML through the host's engine. */
final class YamlOps {
  private YamlOps() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("yaml.marshal", "any -> string", YamlOps::marshal),
        Builtin.of("yaml.unmarshal", "string -> any", YamlOps::unmarshal),
        Builtin.of("yaml.is_valid", "any -> boolean", YamlOps::isValid));
  }

  private static Value marshal(Calling context, Value[] a) throws BuiltinFault {
    return Value.of(context.yaml().write(JsonShape.of(context, a[0])));
  }

  private static Value unmarshal(Calling context, Value[] a) throws BuiltinFault {
    return read(context, ((TextValue) a[0]).text());
  }

  /** Also of what is no string: no. */
  private static Value isValid(Calling context, Value[] a) {
    try {
      if (!(a[0] instanceof TextValue(String text))) return BoolValue.FALSE;
      read(context, text);
      return BoolValue.TRUE;
    } catch (BuiltinFault e) {
      return BoolValue.FALSE;
    }
  }

  private static Value read(Calling context, String text) throws BuiltinFault {
    context.spend(1L + 4L * text.length());
    return context.yaml().read(text);
  }
}
