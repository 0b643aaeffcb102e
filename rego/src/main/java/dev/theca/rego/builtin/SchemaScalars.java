package dev.theca.rego.builtin;

import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ShortFloat;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a schema asks of strings and numbers. */
final class SchemaScalars {
  private SchemaScalars() {}

  static void string(
      Calling context, Schema schema, String text, String field, SchemaFindings out) {
    context.spend(text.length());
    int length = text.codePointCount(0, text.length());
    if (schema.minLength != null && length < schema.minLength)
      out.add(
          field,
          "string_gte",
          "String length must be greater than or equal to " + schema.minLength);
    if (schema.maxLength != null && length > schema.maxLength)
      out.add(
          field, "string_lte", "String length must be less than or equal to " + schema.maxLength);
    if (schema.pattern != null && !schema.pattern.find(text, context::spend))
      out.add(field, "pattern", "Does not match pattern '" + schema.patternText + "'");
    out.better();
  }

  static void number(
      Calling context, Schema schema, BigDecimal number, String field, SchemaFindings out) {
    if (schema.multipleOf != null) {
      context.spend(number.precision() + Math.abs((long) number.scale()));
      if (number.remainder(schema.multipleOf).signum() != 0)
        out.add(field, "multiple_of", "Must be a multiple of " + shown(schema.multipleOf));
    }
    if (beyond(number, schema.maximum, 1))
      out.add(field, "number_lte", "Must be less than or equal to " + shown(schema.maximum));
    if (beyond(number, schema.exclusiveMaximum, 0))
      out.add(field, "number_lt", "Must be less than " + shown(schema.exclusiveMaximum));
    if (beyond(schema.minimum, number, 1))
      out.add(field, "number_gte", "Must be greater than or equal to " + shown(schema.minimum));
    if (beyond(schema.exclusiveMinimum, number, 0))
      out.add(field, "number_gt", "Must be greater than " + shown(schema.exclusiveMinimum));
    out.better();
  }

  private static boolean beyond(@Nullable BigDecimal a, @Nullable BigDecimal b, int by) {
    return a != null && b != null && a.compareTo(b) >= by;
  }

  private static String shown(@Nullable BigDecimal bound) {
    return bound == null ? "" : ShortFloat.of(bound, -4, 6);
  }
}
