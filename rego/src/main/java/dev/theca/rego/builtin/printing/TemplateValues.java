package dev.theca.rego.builtin.printing;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.Arrays;
import java.util.List;

/** Truth, length, fields and items of what templates see. */
final class TemplateValues {
  private TemplateValues() {}

  /** What is not the zero of its type; a number of the input is a text that is never empty. */
  static boolean isTrue(Operand operand) {
    return switch (operand) {
      case Operand.Nothing _ -> false;
      case Operand.Truth(boolean value) -> value;
      case Operand.Text text -> !text.text().isEmpty();
      case Operand.Whole whole -> whole.value() != 0;
      case Operand.Real(double value) -> value != 0;
      case Operand.Large _ -> true;
      case Operand.Items(var array) -> array.size() > 0;
      case Operand.Members(var object) -> object.size() > 0;
    };
  }

  static int length(Operand operand) throws BuiltinFault {
    return switch (operand) {
      case Operand.Text text -> new TextValue(text.text()).bytes().length;
      case Operand.Items(var array) -> array.size();
      case Operand.Members(var object) -> object.size();
      case Operand.Nothing _ -> throw fault("len", "len of nil pointer");
      case Operand.Truth _, Operand.Whole _, Operand.Real _, Operand.Large _ ->
          throw fault("len", "len of type " + operand.type());
    };
  }

  static Operand field(Operand operand, String name) throws BuiltinFault {
    return switch (operand) {
      case Operand.Members(var object) -> {
        Value member = object.get(name);
        yield member == null ? new Operand.Nothing() : Operand.decoded(member);
      }
      case Operand.Nothing nothing -> {
        if (nothing.held()) throw new BuiltinFault("nil pointer evaluating interface {}." + name);
        yield nothing;
      }
      case Operand.Text text when text.isNumber() -> method(text, name);
      case Operand.Text _,
          Operand.Truth _,
          Operand.Whole _,
          Operand.Real _,
          Operand.Large _,
          Operand.Items _ ->
          throw unknown(operand, name);
    };
  }

  /** The numbers of Go's decoder can be asked for other forms of themselves. */
  private static Operand method(Operand.Text number, String name) throws BuiltinFault {
    String literal = number.text();
    try {
      return switch (name) {
        case "String" -> Operand.of(literal);
        case "Int64" -> new Operand.Whole(Long.parseLong(literal), "int64");
        case "Float64" -> {
          double real = Double.parseDouble(literal);
          if (Double.isInfinite(real)) throw new NumberFormatException(literal);
          yield new Operand.Real(real);
        }
        default -> throw unknown(number, name);
      };
    } catch (NumberFormatException e) {
      throw fault(name, "strconv: parsing " + Quoted.text(literal, false) + ": invalid syntax");
    }
  }

  private static BuiltinFault unknown(Operand operand, String name) {
    return new BuiltinFault("can't evaluate field " + name + " in type " + operand.type());
  }

  static Operand item(Operand operand, Operand key) throws BuiltinFault {
    return switch (operand) {
      case Operand.Items(var array) ->
          Operand.decoded(array.item(place("index", key, array.size() - 1)));
      case Operand.Members(var object) -> {
        if (!(key instanceof Operand.Text(String name, String type)) || !type.equals("string"))
          throw fault("index", "value has type " + key.type() + "; should be string");
        Value member = object.get(name);
        yield member == null ? new Operand.Nothing() : Operand.decoded(member);
      }
      case Operand.Text text -> {
        byte[] bytes = new TextValue(text.text()).bytes();
        int at = place("index", key, bytes.length - 1);
        yield new Operand.Whole(bytes[at] & 0xFF, "uint8");
      }
      case Operand.Nothing _ -> throw fault("index", "index of nil pointer");
      case Operand.Truth _, Operand.Whole _, Operand.Real _, Operand.Large _ ->
          throw fault("index", "can't index item of type " + operand.type());
    };
  }

  private static int place(String name, Operand key, int most) throws BuiltinFault {
    if (!(key instanceof Operand.Whole whole))
      throw fault(
          name,
          key instanceof Operand.Nothing
              ? "cannot index slice/array with nil"
              : "cannot index slice/array with type " + key.type());
    if (whole.value() < 0 || whole.value() > most)
      throw fault(name, "index out of range: " + whole.value());
    return (int) whole.value();
  }

  /** Part of a list, or of the bytes of a string. */
  static Operand slice(List<Operand> a) throws BuiltinFault {
    Operand item = a.getFirst();
    boolean text = item instanceof Operand.Text;
    if (!text && !(item instanceof Operand.Items))
      throw fault("slice", "can't slice item of type " + item.type());
    if (a.size() > (text ? 3 : 4))
      throw fault("slice", text ? "cannot 3-index slice a string" : "too many slice indexes");
    int length = length(item);
    int[] ends = {0, length, length};
    for (int i = 1; i < a.size(); i++) ends[i - 1] = place("slice", a.get(i), length);
    if (ends[0] > ends[1] || ends[1] > ends[2])
      throw fault("slice", "invalid slice index: " + ends[0] + " > " + ends[1]);
    if (item instanceof Operand.Items(var array))
      return new Operand.Items(ArrayValue.of(array.items().subList(ends[0], ends[1])));
    byte[] bytes = new TextValue(((Operand.Text) item).text()).bytes();
    return Operand.of(TextValue.ofBytes(Arrays.copyOfRange(bytes, ends[0], ends[1])).text());
  }

  private static BuiltinFault fault(String name, String message) {
    return new BuiltinFault("error calling " + name + ": " + message);
  }
}
