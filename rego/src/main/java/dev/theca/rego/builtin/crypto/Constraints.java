package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a policy demands of a token. Exactly one kind of key must be given. */
final class Constraints {
  private @Nullable List<Jwk> keys;
  private TextValue secret = Value.of("");
  private String algorithm = "";
  private String issuer = "";
  private String audience = "";
  private double nanos;

  private Constraints() {}

  static Constraints of(Calling context, ObjectValue object) throws BuiltinFault {
    var made = new Constraints();
    made.nanos = context.nowNanos();
    for (Value name : object.keys()) made.take(context, name, object.at(name));
    int given = (made.keys == null ? 0 : 1) + (made.secret.text().isEmpty() ? 0 : 1);
    if (given > 1) throw new BuiltinFault("duplicate key constraints");
    if (given < 1) throw new BuiltinFault("no key constraint");
    if (made.nanos < 0) throw new BuiltinFault("token time constraint: must not be negative");
    return made;
  }

  private void take(Calling context, Value name, @Nullable Value value) throws BuiltinFault {
    if (!(name instanceof TextValue(String text)))
      throw new BuiltinFault("unknown token validation constraint: " + name);
    switch (text) {
      case "cert" -> keys = Tokens.keys(context, string(text, value));
      case "secret" -> secret = string(text, value);
      case "alg" -> algorithm = string(text, value).text();
      case "iss" -> issuer = string(text, value).text();
      case "aud" -> audience = string(text, value).text();
      case "time" -> {
        if (!(value instanceof NumberValue number))
          throw new BuiltinFault("token time constraint: must be a number");
        nanos = number.decimal().doubleValue();
        if (Double.isInfinite(nanos))
          throw new BuiltinFault("token time constraint: unvalid float64");
        if (nanos < 0) throw new BuiltinFault("token time constraint: must not be negative");
      }
      default -> throw new BuiltinFault("unknown token validation constraint: " + text);
    }
  }

  private static TextValue string(String name, @Nullable Value value) throws BuiltinFault {
    if (value instanceof TextValue text) return text;
    throw new BuiltinFault(name + " constraint: must be a string");
  }

  boolean allows(Token.Header header) {
    return header.valid() && (algorithm.isEmpty() || algorithm.equals(header.algorithm()));
  }

  boolean verify(Calling context, Token token, Token.Header header) throws BuiltinFault {
    byte[] signature = token.signatureBytes();
    byte[] data = token.signed();
    var trusted = keys;
    if (trusted == null)
      return Tokens.strict(
          new Key.Shared(new Bytes(secret.bytes())), header.algorithm(), data, signature);
    return Tokens.any(
        context, trusted, header, key -> Tokens.strict(key, header.algorithm(), data, signature));
  }

  /** Whether issuer, audience and times are as demanded (RFC 7519, section 4.1). */
  boolean claims(ObjectValue payload) throws BuiltinFault {
    if (!issuer.isEmpty()) {
      Value claimed = payload.get("iss");
      if (claimed == null) return false;
      if (!(claimed instanceof TextValue(String text)))
        throw new BuiltinFault("iss value must be a string");
      if (!text.equals(issuer)) return false;
    }
    Value claimed = payload.get("aud");
    if (claimed == null ? !audience.isEmpty() : !audience(claimed)) return false;
    var expires = time(payload, "exp");
    if (expires != null && now().compareTo(expires) >= 0) return false;
    var begins = time(payload, "nbf");
    return begins == null || now().compareTo(begins) >= 0;
  }

  private boolean audience(Value claimed) {
    if (claimed instanceof TextValue(String text)) return text.equals(audience);
    return claimed instanceof ArrayValue list && list.items().contains(Value.of(audience));
  }

  /** Seconds, rounded as a floating-point number of 64 bits is. */
  private BigDecimal now() {
    return new BigDecimal(Double.toString(nanos / 1_000_000_000));
  }

  private static @Nullable BigDecimal time(ObjectValue payload, String name) throws BuiltinFault {
    Value value = payload.get(name);
    if (value == null) return null;
    if (value instanceof NumberValue number) return number.decimal();
    throw new BuiltinFault(name + " value must be a number");
  }
}
