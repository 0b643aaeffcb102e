package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** {@code io.jwt.*}: signed tokens (RFC 7519). Encrypted ones are refused. */
public final class TokenFunctions {
  private static final Value UNVERIFIED =
      ArrayValue.owning(Value.of(false), ObjectValue.EMPTY, ObjectValue.EMPTY);

  private TokenFunctions() {}

  /** The functions. */
  public static List<Builtin> list() {
    var list = new ArrayList<Builtin>();
    for (String bits : List.of("256", "384", "512")) {
      var hash = Hash.ofAlgorithm("HS" + bits);
      list.add(
          Builtin.of(
              "io.jwt.verify_hs" + bits,
              "string, string -> boolean",
              (c, a) -> Tokens.shared(c, a, hash)));
      for (String kind : List.of("RS", "PS", "ES")) list.add(verify(kind + bits));
    }
    list.add(verify("EdDSA"));
    list.add(Builtin.of("io.jwt.decode", "string -> array", TokenFunctions::decode));
    list.add(
        Builtin.of(
            "io.jwt.decode_verify", "string, object -> array", TokenFunctions::decodeVerify));
    list.add(
        Builtin.of("io.jwt.encode_sign", "object, object, object -> string", TokenFunctions::sign));
    list.add(
        Builtin.of(
            "io.jwt.encode_sign_raw",
            "string, string, string -> string",
            (c, a) -> signed(c, (TextValue) a[0], (TextValue) a[1], Jwk.read(c, a[2]))));
    return List.copyOf(list);
  }

  private static Builtin verify(String algorithm) {
    return Builtin.of(
        "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT),
        "string, string -> boolean",
        (c, a) -> Tokens.verify(c, a, algorithm));
  }

  /** A token whose content is a token gives the parts of the innermost. */
  private static Value decode(Calling context, Value[] a) throws BuiltinFault {
    Value text = a[0];
    while (true) {
      var token = Token.of(context, text);
      var header = token.headerObject(context);
      var payload = token.payloadText();
      Value content = header.get("cty");
      if (content != null && !(content instanceof TextValue))
        throw new BuiltinFault("cty: must be a string");
      if (Value.of("JWT").equals(content)) {
        text = new TextValue(unquoted(payload.text()));
        continue;
      }
      return ArrayValue.owning(header, Token.object(context, payload), hex(token));
    }
  }

  /** Tools that nest tokens put the inner one in quotes. */
  private static String unquoted(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && "\"'".indexOf(text.charAt(from)) >= 0) from++;
    while (from < to && "\"'".indexOf(text.charAt(to - 1)) >= 0) to--;
    return text.substring(from, to);
  }

  private static Value hex(Token token) throws BuiltinFault {
    try {
      return Value.of(HexFormat.of().formatHex(token.signatureBytes()));
    } catch (BuiltinFault e) {
      throw new BuiltinFault("JWT signature had invalid encoding: " + e.getMessage());
    }
  }

  private static Value decodeVerify(Calling context, Value[] a) throws BuiltinFault {
    var constraints = Constraints.of(context, (ObjectValue) a[1]);
    Value text = a[0];
    while (true) {
      var token = Token.of(context, text);
      var object = token.headerObject(context);
      var header = Token.Header.of(object);
      if (!constraints.allows(header) || !constraints.verify(context, token, header))
        return UNVERIFIED;
      var payload = token.payloadText();
      if (header.content().equalsIgnoreCase("JWT")) {
        text = payload;
        continue;
      }
      var claims = Token.object(context, payload);
      return constraints.claims(claims)
          ? ArrayValue.owning(Value.of(true), object, claims)
          : UNVERIFIED;
    }
  }

  private static Value sign(Calling context, Value[] a) throws BuiltinFault {
    var header = Value.of(JsonText.of(a[0]));
    var payload = Value.of(JsonText.of(a[1]));
    context.spend(header.text().length() + payload.text().length());
    return signed(context, header, payload, Jwk.of((ObjectValue) a[2]));
  }

  private static Value signed(Calling context, TextValue header, TextValue payload, List<Jwk> keys)
      throws BuiltinFault {
    if (keys.isEmpty()) throw new BuiltinFault("no keys found in JWK set");
    var members = Token.object(context, header);
    if (!(members.get("alg") instanceof TextValue(String algorithm)))
      throw new BuiltinFault("missing or invalid 'alg' header");
    if (!Tokens.ALGORITHMS.contains(algorithm))
      throw new BuiltinFault("unknown JWS algorithm: " + algorithm);
    boolean other = members.get("typ") instanceof TextValue(String type) && !type.equals("JWT");
    if (!other) mustBeJson(context, payload);
    context.spend(100_000); // signing is dear
    String text = Octets.urlText(header.bytes()) + "." + Octets.urlText(payload.bytes());
    byte[] signature =
        Signer.sign(keys.getFirst().key(), algorithm, text.getBytes(StandardCharsets.US_ASCII));
    return Value.of(text + "." + Octets.urlText(signature));
  }

  private static void mustBeJson(Calling context, TextValue payload) throws BuiltinFault {
    try {
      Documents.read(context, payload);
    } catch (BuiltinFault e) {
      throw new BuiltinFault("type is JWT but payload is not JSON");
    }
  }
}
