package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** The three parts of a signed token in its compact form (RFC 7515, section 3.1), still encoded. */
record Token(String header, String payload, String signature) {
  static Token of(Calling context, Value text) throws BuiltinFault {
    context.spend(((TextValue) text).text().length());
    String token = Octets.latin(text);
    if (token.indexOf('.') < 0) throw new BuiltinFault("encoded JWT had no period separators");
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3)
      throw new BuiltinFault("encoded JWT must have 3 sections, found " + parts.length);
    return new Token(parts[0], parts[1], parts[2]);
  }

  /** What is signed. */
  byte[] signed() {
    return (header + "." + payload).getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] signatureBytes() throws BuiltinFault {
    return Octets.url(signature);
  }

  TextValue payloadText() throws BuiltinFault {
    try {
      return TextValue.ofBytes(Octets.url(payload));
    } catch (BuiltinFault e) {
      throw new BuiltinFault("JWT payload had invalid encoding: " + e.getMessage());
    }
  }

  /** The header, which is that of no encrypted token. */
  ObjectValue headerObject(Calling context) throws BuiltinFault {
    TextValue text;
    try {
      text = TextValue.ofBytes(Octets.url(header));
    } catch (BuiltinFault e) {
      throw new BuiltinFault("JWT header had invalid encoding: " + e.getMessage());
    }
    ObjectValue object;
    try {
      object = object(context, text);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("bad JWT header: " + e.getMessage());
    }
    if (object.get("enc") != null)
      throw new BuiltinFault("JWT is a JWE object, which is not supported");
    return object;
  }

  static ObjectValue object(Calling context, TextValue text) throws BuiltinFault {
    Value value;
    try {
      value = Documents.read(context, text);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("invalid JSON: " + e.getMessage());
    }
    if (value instanceof ObjectValue object) return object;
    throw new BuiltinFault("decoded JSON type was not an Object");
  }

  /**
   * The members of a header that mean something here.
   *
   * @param valid whether an algorithm is named and every critical member is known
   */
  record Header(String algorithm, String id, String content, boolean valid) {
    private static final Set<String> KNOWN = Set.of("alg", "kid", "typ", "cty", "crit");

    static Header of(ObjectValue header) throws BuiltinFault {
      String algorithm = text(header, "alg");
      var critical = critical(header);
      text(header, "typ");
      boolean valid = !algorithm.isEmpty();
      for (Value name : header.keys())
        if (!KNOWN.contains(((TextValue) name).text()) && critical.contains(name)) valid = false;
      return new Header(algorithm, text(header, "kid"), text(header, "cty"), valid);
    }

    private static Set<Value> critical(ObjectValue header) throws BuiltinFault {
      Value value = header.get("crit");
      if (value == null) return Set.of();
      if (!(value instanceof ArrayValue list)) throw new BuiltinFault("crit: must be a list");
      var names = new HashSet<Value>();
      for (Value name : list) {
        if (!(name instanceof TextValue)) break;
        names.add(name);
      }
      if (names.isEmpty()) throw new BuiltinFault("crit: must be a nonempty list");
      return names;
    }

    private static String text(ObjectValue header, String name) throws BuiltinFault {
      Value value = header.get(name);
      if (value == null) return "";
      if (value instanceof TextValue(String text)) return text;
      throw new BuiltinFault(name + ": must be a string");
    }
  }
}
