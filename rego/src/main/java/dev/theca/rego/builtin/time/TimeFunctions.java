package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code time.*}. The present is what the caller of the evaluation says it is. */
public final class TimeFunctions {
  private TimeFunctions() {}

  /** The functions. */
  public static List<Builtin> list() {
    return List.of(
        new Builtin("time.now_ns", List.of(), number(), false, (c, _) -> Value.of(c.nowNanos())),
        Builtin.of("time.parse_ns", "string, string -> number", TimeFunctions::parse),
        Builtin.of("time.parse_rfc3339_ns", "string -> number", TimeFunctions::parseRfc3339),
        Builtin.of("time.parse_duration_ns", "string -> number", TimeFunctions::duration),
        Builtin.of("time.format", "number|array -> string", TimeFunctions::format)
            .naming(1, Moment.FORMS),
        Builtin.of("time.date", "number|array -> array", (_, a) -> date(Moment.of(a[0])))
            .naming(1, Moment.FORMS),
        Builtin.of("time.clock", "number|array -> array", (_, a) -> clock(Moment.of(a[0])))
            .naming(1, Moment.FORMS),
        Builtin.of(
                "time.weekday",
                "number|array -> string",
                (_, a) -> Value.of(Names.day(Moment.of(a[0]).local())))
            .naming(1, Moment.FORMS),
        Builtin.of(
                "time.add_date",
                "number|array, number, number, number -> number",
                (_, a) -> Moment.of(a[0]).plus(integer(a, 1), integer(a, 2), integer(a, 3)))
            .naming(1, Moment.FORMS),
        Builtin.of(
                "time.diff",
                "number|array, number|array -> array",
                (_, a) -> Difference.of(Moment.of(a[0]), Moment.of(a[1])))
            .naming(1, Moment.FORMS)
            .naming(2, Moment.FORMS));
  }

  private static dev.theca.rego.spi.Type number() {
    return new dev.theca.rego.spi.Type(dev.theca.rego.value.Kind.NUMBER.bit(), "number");
  }

  private static String text(Calling context, Value value) {
    String text = Moment.bytes((TextValue) value);
    context.spend(text.length());
    return text;
  }

  private static Value parse(Calling context, Value[] a) throws BuiltinFault {
    String layout = Layout.named(text(context, a[0]));
    return Moment.nanos(Parser.parse(layout, text(context, a[1])));
  }

  private static Value parseRfc3339(Calling context, Value[] a) throws BuiltinFault {
    return Moment.nanos(Parser.parse(Layout.RFC3339, text(context, a[0])));
  }

  private static Value duration(Calling context, Value[] a) throws BuiltinFault {
    return Value.of(Duration.parse(text(context, a[0])));
  }

  private static Value format(Calling context, Value[] a) throws BuiltinFault {
    var moment = Moment.of(a[0]);
    // an element of one char can become nine
    context.spend(9L * moment.layout().length() + 64);
    return TextValue.ofBytes(moment.format().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Value date(Moment moment) {
    var local = moment.local();
    return ArrayValue.owning(
        Value.of(local.getYear()),
        Value.of(local.getMonthValue()),
        Value.of(local.getDayOfMonth()));
  }

  private static Value clock(Moment moment) {
    var local = moment.local();
    return ArrayValue.owning(
        Value.of(local.getHour()), Value.of(local.getMinute()), Value.of(local.getSecond()));
  }

  private static long integer(Value[] a, int at) throws BuiltinFault {
    var number = (NumberValue) a[at];
    try {
      return number.isLong() ? number.longValue() : number.decimal().longValueExact();
    } catch (ArithmeticException e) {
      throw BuiltinFault.operand(
          "operand " + (at + 1) + " must be integer number but got floating-point number");
    }
  }
}
