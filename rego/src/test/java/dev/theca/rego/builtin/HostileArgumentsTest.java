package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a policy hands over, a function answers, refuses, or runs out of what it may spend. */
class HostileArgumentsTest {
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "0.5",
    "-0.0",
    "1e9999",
    "1e-9999",
    "-1e9999",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1.0",
    "2147483648",
    "64",
    "1e19",
    "123.456e-7"
  };
  private static final String PIECES =
      "% d s v x # 0 + - . * [ ] 1 9 {{ }} {{- -}} .a $x := | ( ) range if else end with len index"
          + " printf \" ` ' \\ e E Ki m Mi urn:uuid: 7 , ä 😀 \uDC80 /* */ \n ::";

  private final Random chance = new Random(7);

  private Value value(int depth) {
    return switch (chance.nextInt(depth > 1 ? 7 : 10)) {
      case 0 -> NullValue.NULL;
      case 1 -> Value.of(chance.nextBoolean());
      case 2, 3 -> NumberValue.parse(NUMBERS[chance.nextInt(NUMBERS.length)]);
      case 4, 5, 6 -> {
        var text = new StringBuilder();
        String[] pieces = PIECES.split(" ");
        for (int i = chance.nextInt(9); i > 0; i--)
          text.append(pieces[chance.nextInt(pieces.length)]);
        yield Value.of(text.toString());
      }
      case 7 -> ArrayValue.of(List.of(value(depth + 1), value(depth + 1)));
      case 8 -> SetValue.of(List.of(value(depth + 1), value(depth + 1)));
      default -> ObjectValue.of(Map.of(Value.of("a"), value(depth + 1)));
    };
  }

  @Test
  void nothing_but_a_fault_or_the_limit_ends_a_call() {
    for (var builtin : Builtins.byName().values()) {
      for (int round = 0; round < 300; round++) {
        Value[] args = new Value[builtin.arguments().size()];
        for (int i = 0; i < args.length; i++) {
          do args[i] = value(0);
          while (!builtin.arguments().get(i).allows(args[i].kind()));
        }
        try {
          Called.call(new Called.Context(200_000), builtin.name(), args);
        } catch (BuiltinFault | Called.Exhausted e) {
          // an answer too
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError(builtin.name() + List.of(args), e);
        }
      }
    }
  }

  @Test
  void a_float_reads_back_as_what_it_was_from_its_shortest_text() {
    for (int i = 0; i < 20_000; i++) {
      var exact = new BigDecimal(new BigInteger(90, chance), chance.nextInt(60) - 20);
      GoFloat value = GoFloat.of(exact, false);
      String text = GoFloatText.of(value);
      assertThat(GoFloat.of(new BigDecimal(text), false)).as(text).isEqualTo(value);
      assertThat(new BigDecimal(text).stripTrailingZeros().precision()).isLessThanOrEqualTo(21);
    }
  }
}
