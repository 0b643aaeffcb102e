package dev.theca.rego.types;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Type;
import dev.theca.rego.value.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of the arguments and results of functions: those of the table (Open Policy Agent's
 * capabilities list), others by the kinds of their signatures.
 */
public record Declared(List<Shape> arguments, Shape result) {
  /** Every function of the language that says more than kinds. */
  private static final String TABLE =
      """
          concat: string, any<array[string], set[string]> -> string
          crypto.parse_private_keys: string -> array[object[string: any]]
          crypto.x509.parse_and_verify_certificates: string -> array<boolean, array[object[string: any]]>
          crypto.x509.parse_and_verify_certificates_with_options: string, object[string: any] -> array<boolean, array[object[string: any]]>
          crypto.x509.parse_certificate_request: string -> object[string: any]
          crypto.x509.parse_certificates: string -> array[object[string: any]]
          crypto.x509.parse_keypair: string, string -> object[string: any]
          crypto.x509.parse_rsa_private_key: string -> object[string: any]
          glob.match: string, any<null, array[string]>, string -> boolean
          graph.reachable: object[any: any<array[any], set[any]>], any<array[any], set[any]> -> set[any]
          graph.reachable_paths: object[any: any<array[any], set[any]>], any<array[any], set[any]> -> set[array[any]]
          graphql.parse: any<string, object[any: any]>, any<string, object[any: any]> -> array<object[any: any], object[any: any]>
          graphql.parse_and_verify: any<string, object[any: any]>, any<string, object[any: any]> -> array<boolean, object[any: any], object[any: any]>
          http.send: object[string: any] -> object[any: any]
          indexof_n: string, string -> array[number]
          intersection: set[set[any]] -> set[any]
          io.jwt.decode: string -> array<object[any: any], object[any: any], string>
          io.jwt.decode_verify: string, object[string: any] -> array<boolean, object[any: any], object[any: any]>
          io.jwt.encode_sign: object[string: any], object[string: any], object[string: any] -> string
          json.filter: object[any: any], any<array[any<string, array[any]>], set[any<string, array[any]>]> -> any
          json.marshal_with_options: any, object<indent: string, prefix: string, pretty: boolean>[string: any] -> string
          json.match_schema: any<string, object[any: any]>, any<string, object[any: any]> -> array<boolean, array[object<desc: string, error: string, field: string, type: string>]>
          json.patch: any, array[object<op: string, path: any>[any: any]] -> any
          json.remove: object[any: any], any<array[any<string, array[any]>], set[any<string, array[any]>]> -> any
          json.verify_schema: any<string, object[any: any]> -> array<boolean, any<null, string>>
          net.cidr_contains_matches: any<string, array[any<string, array[any]>], object[string: any<string, array[any]>], set[any<string, array[any]>]>, any<string, array[any<string, array[any]>], object[string: any<string, array[any]>], set[any<string, array[any]>]> -> set[array<any, any>]
          net.cidr_expand: string -> set[string]
          net.cidr_merge: any<array[any<string>], set[string]> -> set[string]
          net.lookup_ip_addr: string -> set[string]
          numbers.range: number, number -> array[number]
          numbers.range_step: number, number, number -> array[number]
          object.union_n: array[object[any: any]] -> any
          opa.runtime:  -> object[string: any]
          product: any<array[number], set[number]> -> number
          providers.aws.sign_req: object[string: any], object[string: any], number -> object[any: any]
          regex.find_all_string_submatch_n: string, string, number -> array[array[string]]
          regex.find_n: string, string, number -> array[string]
          regex.split: string, string -> array[string]
          rego.parse_module: string, string -> object[string: any]
          split: string, string -> array[string]
          strings.any_prefix_match: any<string, array[string], set[string]>, any<string, array[string], set[string]> -> boolean
          strings.any_suffix_match: any<string, array[string], set[string]>, any<string, array[string], set[string]> -> boolean
          strings.render_template: string, object[string: any] -> string
          strings.replace_n: object[string: string], string -> string
          sum: any<array[number], set[number]> -> number
          time.clock: any<number, array<number, string>> -> array<number, number, number>
          time.date: any<number, array<number, string>> -> array<number, number, number>
          time.diff: any<number, array<number, string>>, any<number, array<number, string>> -> array<number, number, number, number, number, number>
          time.format: any<number, array<number, string>, array<number, string, string>> -> string
          time.weekday: any<number, array<number, string>> -> string
          union: set[set[any]] -> set[any]
          urlquery.decode_object: string -> object[string: array[string]]
          urlquery.encode_object: object[string: any<string, array[string], set[string]>] -> string
          uuid.parse: string -> object[string: any]
          walk: any -> array<array[any], any>
      """;

  private static final Map<String, Declared> RICH = table();

  public Declared {
    arguments = List.copyOf(arguments);
  }

  /** The shapes of a function. */
  public static Declared of(Builtin builtin) {
    var rich = RICH.get(builtin.name());
    if (rich != null && rich.arguments.size() == builtin.arguments().size()) return rich;
    return new Declared(
        builtin.arguments().stream().map(Declared::of).toList(), of(builtin.result()));
  }

  private static Shape of(Type type) {
    if (type.equals(Type.ANY)) return Shape.ANY;
    Shape shape = null;
    for (Kind kind : Kind.values()) if (type.allows(kind)) shape = Shapes.or(shape, of(kind));
    return shape == null ? Shape.ANY : shape;
  }

  private static Shape of(Kind kind) {
    return switch (kind) {
      case NULL, BOOLEAN, NUMBER, STRING -> new Shape.Scalar(kind);
      case ARRAY -> new Shape.ArrayOf(List.of(), Shape.ANY);
      case OBJECT -> new Shape.ObjectOf(new TreeMap<>(), Shape.ANY, Shape.ANY);
      case SET -> new Shape.SetOf(Shape.ANY);
    };
  }

  private static Map<String, Declared> table() {
    var all = new HashMap<String, Declared>();
    for (String line : TABLE.strip().split("\n")) {
      int colon = line.indexOf(": ");
      int arrow = line.lastIndexOf(" -> ");
      var reader = new ShapeText(line.substring(colon + 2, arrow));
      var arguments = new ArrayList<Shape>();
      while (!reader.atEnd()) {
        arguments.add(reader.shape());
        reader.skip(", ");
      }
      all.put(
          line.substring(0, colon).strip(),
          new Declared(arguments, new ShapeText(line.substring(arrow + 4)).shape()));
    }
    return all;
  }

  /** The shape of argument, or of the result behind the arguments. */
  public @Nullable Shape at(int index) {
    if (index < arguments.size()) return arguments.get(index);
    return index == arguments.size() ? result : null;
  }
}
