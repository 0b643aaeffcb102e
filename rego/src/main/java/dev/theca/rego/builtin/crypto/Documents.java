package dev.theca.rego.builtin.crypto;

import dev.theca.rego.builtin.JsonReader;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;

/** JSON within tokens and keys. */
final class Documents {
  private Documents() {}

  static Value read(Calling context, Value text) throws BuiltinFault {
    return JsonReader.read(context, ((TextValue) text).text());
  }
}
