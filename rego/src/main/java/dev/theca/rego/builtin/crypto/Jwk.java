package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Keys in JSON (RFC 7517): one key, or a set of them. One key that cannot be read spoils the set.
 *
 * @param key the key
 * @param algorithm empty where it names none
 * @param id empty where it has none
 */
record Jwk(Key key, String algorithm, String id) {
  private static final Set<String> OTHER_ALGORITHMS =
      Set.of(
          "none",
          "ES256K",
          "RSA1_5",
          "RSA-OAEP",
          "RSA-OAEP-256",
          "RSA-OAEP-384",
          "RSA-OAEP-512",
          "dir",
          "A128KW",
          "A192KW",
          "A256KW",
          "A128GCMKW",
          "A192GCMKW",
          "A256GCMKW",
          "ECDH-ES",
          "ECDH-ES+A128KW",
          "ECDH-ES+A192KW",
          "ECDH-ES+A256KW",
          "PBES2-HS256+A128KW",
          "PBES2-HS384+A192KW",
          "PBES2-HS512+A256KW",
          "A128CBC-HS256",
          "A192CBC-HS384",
          "A256CBC-HS512",
          "A128GCM",
          "A192GCM",
          "A256GCM");

  static List<Jwk> read(Calling context, Value text) throws BuiltinFault {
    if (!(Documents.read(context, text) instanceof ObjectValue object))
      throw new BuiltinFault("failed to parse a JWK key (set): no JSON object");
    return of(object);
  }

  /** A key, or the keys of a set. */
  static List<Jwk> of(ObjectValue object) throws BuiltinFault {
    if (!(object.get("keys") instanceof ArrayValue keys)) return List.of(one(object));
    var list = new ArrayList<Jwk>();
    for (Value key : keys) list.add(one(key instanceof ObjectValue it ? it : ObjectValue.EMPTY));
    return list;
  }

  private static Jwk one(ObjectValue key) throws BuiltinFault {
    String algorithm = text(key, "alg");
    if (!algorithm.isEmpty()
        && !Tokens.ALGORITHMS.contains(algorithm)
        && !OTHER_ALGORITHMS.contains(algorithm))
      throw new BuiltinFault("failed to parse a JWK key (set): unknown algorithm " + algorithm);
    return new Jwk(key(key), algorithm, text(key, "kid"));
  }

  private static Key key(ObjectValue key) throws BuiltinFault {
    return switch (text(key, "kty")) {
      case "RSA" -> rsa(key);
      case "EC" -> ec(key);
      case "OKP" -> okp(key);
      case "oct" -> new Key.Shared(new Bytes(bytes(key, "k")));
      default -> throw bad("invalid key type from JSON (" + text(key, "kty") + ")");
    };
  }

  private static Key rsa(ObjectValue key) throws BuiltinFault {
    var open = new Key.Rsa(number(key, "n"), number(key, "e"));
    if (key.get("d") == null) return open;
    return PrivateKeys.rsa(open, number(key, "d"), number(key, "p"), number(key, "q"));
  }

  private static Key ec(ObjectValue key) throws BuiltinFault {
    var curve = Curve.named(text(key, "crv"));
    if (curve == null) throw bad("invalid curve algorithm " + text(key, "crv"));
    var open = KeyReader.ec(curve, number(key, "x"), number(key, "y"));
    return key.get("d") == null ? open : new Key.EcPrivate(open, number(key, "d"));
  }

  private static Key okp(ObjectValue key) throws BuiltinFault {
    byte[] point = bytes(key, "x");
    if (point.length != 32) throw bad("wrong size of x");
    return switch (text(key, "crv")) {
      case "Ed25519" -> {
        var open = new Key.Ed(new Bytes(point));
        if (key.get("d") == null) yield open;
        byte[] seed = bytes(key, "d");
        if (seed.length != 32) throw bad("wrong size of d");
        yield new Key.EdPrivate(open, new Bytes(seed));
      }
      case "X25519" -> new Key.Other();
      default -> throw bad("invalid curve algorithm " + text(key, "crv"));
    };
  }

  private static BigInteger number(ObjectValue key, String name) throws BuiltinFault {
    return new BigInteger(1, bytes(key, name));
  }

  private static byte[] bytes(ObjectValue key, String name) throws BuiltinFault {
    if (!(key.get(name) instanceof TextValue text))
      throw bad("required field " + name + " is missing");
    return Octets.any(Octets.latin(text));
  }

  /** A member that is a string; empty where it is missing. */
  private static String text(ObjectValue key, String name) throws BuiltinFault {
    Value value = key.get(name);
    if (value == null) return "";
    if (value instanceof TextValue(String text)) return text;
    throw bad(name + " is no string");
  }

  private static BuiltinFault bad(String what) {
    return new BuiltinFault("failed to parse a JWK key (set): " + what);
  }
}
