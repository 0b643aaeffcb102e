package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;

/** What is wrong with an operand, in the words that people know from Open Policy Agent. */
final class Wrong {
  private Wrong() {}

  /** The operand at this place, from 1, is of a kind that the function takes nothing from. */
  static BuiltinFault kind(int place, Value got, String... expected) {
    String words = expected[0];
    if (expected.length > 1) words = "one of {" + String.join(", ", expected) + "}";
    return BuiltinFault.operand(
        "operand " + place + " must be " + words + " but got " + got.kind().word());
  }

  /** A collection holds an item of another kind. */
  static BuiltinFault item(int place, Value collection, Value got, String... expected) {
    String words = expected[0] + "s";
    if (expected.length > 1) words = "(any of) {" + String.join(", ", expected) + "}";
    String outer = collection.kind().word();
    return BuiltinFault.operand(
        "operand "
            + place
            + " must be "
            + outer
            + " of "
            + words
            + " but got "
            + outer
            + " containing "
            + got.kind().word());
  }

  /** The text of an operand. */
  static String text(Value operand, int place) throws BuiltinFault {
    if (operand instanceof TextValue(String text)) return text;
    throw kind(place, operand, "string");
  }

  /** The integer of an operand: written as one, so that {@code 1.0} is none. */
  static long integer(Value operand, int place) throws BuiltinFault {
    var number = (NumberValue) operand;
    if (number.isLong()) return number.longValue();
    try {
      return Long.parseLong(number.literal());
    } catch (NumberFormatException e) {
      throw BuiltinFault.operand(
          "operand " + place + " must be integer number but got floating-point number");
    }
  }
}
