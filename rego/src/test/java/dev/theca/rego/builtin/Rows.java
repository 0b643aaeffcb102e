package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.Value;

/** One row of a table: a function, its arguments, and what comes out. */
final class Rows {
  private Rows() {}

  /** Expects a value, {@code undefined}, or {@code fault: } and a part of the message. */
  static void check(Calling context, String name, String arguments, String expected) {
    String found;
    try {
      Value value = Called.call(context, name, Written.values(arguments));
      found = value == null ? "undefined" : value.toString();
    } catch (BuiltinFault e) {
      assertThat(expected).as(name + ": " + e.getMessage()).startsWith("fault: ");
      assertThat(e.getMessage()).as(name).contains(expected.substring("fault: ".length()));
      return;
    }
    String wanted =
        expected.equals("undefined") || expected.startsWith("fault")
            ? expected
            : Written.value(expected).toString();
    assertThat(found).as(name + "(" + arguments + ")").isEqualTo(wanted);
  }

  static void check(String name, String arguments, String expected) {
    check(new Called.Context(1_000_000), name, arguments, expected);
  }
}
