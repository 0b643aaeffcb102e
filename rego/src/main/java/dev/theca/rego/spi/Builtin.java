package dev.theca.rego.spi;

import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function that policies call by name. The engine checks the number of arguments and their kinds
 * against the signature before it calls; the body may rely on both.
 *
 * @param name with dots, such as {@code json.marshal}
 * @param arguments one type for each
 * @param result what it gives
 * @param deterministic whether equal arguments always give equal results within one evaluation
 */
public record Builtin(
    String name, List<Type> arguments, Type result, boolean deterministic, Body body) {
  public Builtin {
    arguments = List.copyOf(arguments);
  }

  /** What the function does. */
  @FunctionalInterface
  public interface Body {
    /**
     * The result; null is "undefined".
     *
     * @throws BuiltinFault when the arguments make no sense: undefined for a policy, unless the
     *     caller asked for strict errors
     * @throws HostFault when a function of a host cannot answer: the evaluation ends
     */
    @Nullable Value call(Calling context, Value[] arguments) throws BuiltinFault;
  }

  /** The same function, where messages name the kinds of its operand at this place, from 1, so. */
  public Builtin naming(int place, String words) {
    var types = new ArrayList<Type>(arguments);
    types.set(place - 1, new Type(types.get(place - 1).kinds(), words));
    return new Builtin(name, types, result, deterministic, body);
  }

  /**
   * A function with types written as text.
   *
   * @param signature such as {@code "string, array|set -> string"}; the words are those of {@code
   *     type_name} and {@code any}
   */
  public static Builtin of(String name, String signature, Body body) {
    int arrow = signature.indexOf("->");
    String arguments = signature.substring(0, arrow).strip();
    return new Builtin(
        name,
        arguments.isEmpty()
            ? List.of()
            : java.util.Arrays.stream(arguments.split(",")).map(Type::parse).toList(),
        Type.parse(signature.substring(arrow + 2)),
        true,
        body);
  }
}
