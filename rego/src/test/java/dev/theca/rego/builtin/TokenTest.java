package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  /** RFC 7515, appendix A.1. */
  private static final String RFC_HS256 =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String RFC_KEY =
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

  /** RFC 7515, appendix A.3. */
  private static final String RFC_ES256 =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

  private static final String RFC_EC_KEY =
      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

  private static String base64url(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static ObjectValue key(String file) throws BuiltinFault {
    return (ObjectValue)
        Objects.requireNonNull(Called.call("crypto.x509.parse_rsa_private_key", Keys.text(file)));
  }

  /** The public half of a JWK. */
  private static Value open(ObjectValue key, String... more) {
    var members = new HashMap<>(key.members());
    for (String secret : new String[] {"d", "p", "q", "dp", "dq", "qi"})
      members.remove(Value.of(secret));
    for (int i = 0; i < more.length; i += 2) members.put(Value.of(more[i]), Value.of(more[i + 1]));
    return Value.of(dev.theca.rego.value.JsonText.of(ObjectValue.of(members)));
  }

  private static String signed(String algorithm, String payload, Value key) throws BuiltinFault {
    var token =
        Called.call(
            "io.jwt.encode_sign",
            ObjectValue.of(Map.of(Value.of("alg"), Value.of(algorithm))),
            Called.json(payload),
            key);
    return ((TextValue) Objects.requireNonNull(token)).text();
  }

  private static final Value SHARED =
      Called.json("{\"kty\":\"oct\",\"k\":\"" + base64url("a secret of some length") + "\"}");

  private static String verified(String token, String constraints) {
    return Called.shown("io.jwt.decode_verify", Value.of(token), Called.json(constraints));
  }

  private static String withSecret(String payload, String more) throws BuiltinFault {
    String shown =
        verified(
            signed("HS256", payload, SHARED),
            "{\"secret\": \"a secret of some length\"" + more + "}");
    return shown.startsWith("[true")
        ? "true"
        : shown.startsWith("[false, {}, {}]") ? "false" : shown;
  }

  @Test
  void a_token_comes_apart() {
    assertThat(Called.shown("io.jwt.decode", Value.of(RFC_HS256)))
        .isEqualTo(
            "[{\"alg\": \"HS256\", \"typ\": \"JWT\"}, {\"exp\": 1300819380,"
                + " \"http://example.com/is_root\": true, \"iss\": \"joe\"},"
                + " \"7418dfb49799e0254ffa607dd8adbbba16d4254d69d6bff05b58055853848d79\"]");
  }

  @Test
  void a_token_in_quotes_within_a_token_is_the_one_that_comes_apart() {
    String outer =
        base64url("{\"cty\":\"JWT\",\"alg\":\"none\"}")
            + "."
            + base64url("\"" + RFC_HS256 + "\"")
            + ".";
    assertThat(Called.shown("io.jwt.decode", Value.of(outer)))
        .isEqualTo(Called.shown("io.jwt.decode", Value.of(RFC_HS256)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc | encoded JWT had no period separators",
        "a.b | encoded JWT must have 3 sections, found 2",
        "a.b.c.d | encoded JWT must have 3 sections, found 4",
        "a.b.c | JWT header had invalid encoding: illegal base64url string: a",
        "e30.e30.a | JWT signature had invalid encoding: illegal base64url string: a",
        "W10.e30. | bad JWT header: decoded JSON type was not an Object",
        "eyJlbmMiOjF9.e30. | JWT is a JWE object, which is not supported",
        "e30.W10. | decoded JSON type was not an Object",
      })
  void what_is_no_token_is_a_fault(String text, String expected) {
    assertThat(Called.shown("io.jwt.decode", Value.of(text))).isEqualTo("fault: " + expected);
  }

  @Test
  void the_vectors_of_the_rfc_verify() {
    var secret = TextValue.ofBytes(Base64.getUrlDecoder().decode(RFC_KEY));
    assertThat(Called.shown("io.jwt.verify_hs256", Value.of(RFC_HS256), secret)).isEqualTo("true");
    assertThat(Called.shown("io.jwt.verify_hs384", Value.of(RFC_HS256), secret)).isEqualTo("false");
    assertThat(Called.shown("io.jwt.verify_es256", Value.of(RFC_ES256), Value.of(RFC_EC_KEY)))
        .isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource({
    "RS256, rsa.key", "RS384, rsa.key", "RS512, rsa8.key", "PS256, rsa.key", "PS384, rsa.key",
    "PS512, rsa.key", "ES256, leaf.key", "ES384, p384.key", "ES512, p521.key", "EdDSA, ed.key"
  })
  void what_is_signed_verifies_with_the_public_half_and_no_other(String algorithm, String file)
      throws BuiltinFault {
    var key = key(file);
    String token = signed(algorithm, "{\"a\":1}", key);
    assertThat(signed(algorithm, "{\"a\":1}", key)).isEqualTo(token);
    String name = "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT);
    assertThat(Called.shown(name, Value.of(token), open(key))).isEqualTo("true");
    String other = signed(algorithm, "{\"a\":2}", key);
    String mixed =
        token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
    assertThat(Called.shown(name, Value.of(mixed), open(key))).isEqualTo("false");
    String constraints = "{\"cert\": " + open(key) + ", \"alg\": \"" + algorithm + "\"}";
    assertThat(verified(token, constraints))
        .isEqualTo("[true, {\"alg\": \"" + algorithm + "\"}, {\"a\": 1}]");
    assertThat(verified(mixed, constraints)).isEqualTo("[false, {}, {}]");
  }

  @Test
  void certificates_and_public_keys_in_pem_verify() throws BuiltinFault {
    String token = signed("RS256", "{}", key("rsa.key"));
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(token), Keys.text("rsa.pem")))
        .isEqualTo("true");
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(token), Keys.text("ed.pem")))
        .isEqualTo("false");
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(token), Keys.text("rsa.pem", "ed.pem")))
        .isEqualTo("fault: extra data after a PEM certificate block");
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(token), Keys.text("rsa.key")))
        .isEqualTo("fault: failed to extract a Key from the PEM certificate");
    String ed = signed("EdDSA", "{}", key("ed.key"));
    assertThat(Called.shown("io.jwt.verify_eddsa", Value.of(ed), Keys.text("ed.pem")))
        .isEqualTo("true");
  }

  @Test
  void a_key_of_a_set_is_chosen_by_its_name_and_then_by_its_algorithm() throws BuiltinFault {
    var rsa = key("rsa.key");
    String set =
        "{\"keys\": ["
            + ((TextValue) open(key("leaf.key"), "kid", "one", "alg", "ES256")).text()
            + ","
            + ((TextValue) open(rsa, "kid", "two", "alg", "RS256")).text()
            + "]}";
    var header =
        ObjectValue.of(
            Map.of(Value.of("alg"), Value.of("RS256"), Value.of("kid"), Value.of("two")));
    var named = Called.call("io.jwt.encode_sign", header, ObjectValue.EMPTY, rsa);
    assertThat(Called.shown("io.jwt.verify_rs256", Objects.requireNonNull(named), Value.of(set)))
        .isEqualTo("true");
    String unnamed = signed("RS256", "{}", rsa);
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(unnamed), Value.of(set)))
        .isEqualTo("true");
    assertThat(
            Called.shown(
                "io.jwt.verify_rs256", Value.of(unnamed), Value.of(set.replace("RS256", "RS384"))))
        .isEqualTo("false");
    assertThat(
            Called.shown(
                "io.jwt.verify_rs256",
                Objects.requireNonNull(named),
                Value.of(set.replace("\"one\"", "\"two\""))))
        .isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"kty\":\"new\"}",
        "{\"kty\":\"RSA\",\"n\":\"AQ\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}",
        "{\"kty\":\"oct\",\"k\":\"AQ\",\"alg\":\"guess\"}",
        "{\"kty\":\"oct\",\"k\":1}"
      })
  void what_is_no_key_is_a_fault(String key) {
    assertThat(Called.shown("io.jwt.verify_rs256", Value.of(RFC_HS256), Value.of(key)))
        .startsWith("fault: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | '' | true",
        "{\"iss\":\"joe\"} | , \"iss\": \"joe\" | true",
        "{\"iss\":\"joe\"} | , \"iss\": \"jim\" | false",
        "{} | , \"iss\": \"jim\" | false",
        "{\"aud\":\"a\"} | , \"aud\": \"a\" | true",
        "{\"aud\":[\"b\",\"a\"]} | , \"aud\": \"a\" | true",
        "{\"aud\":[\"b\"]} | , \"aud\": \"a\" | false",
        "{\"aud\":\"a\"} | '' | false",
        "{} | , \"aud\": \"a\" | false",
        "{} | , \"alg\": \"HS256\" | true",
        "{} | , \"alg\": \"HS384\" | false",
        "{\"exp\":1632918897} | '' | true",
        "{\"exp\":1632918896} | '' | false",
        "{\"exp\":2} | , \"time\": 1999999999 | true",
        "{\"exp\":2} | , \"time\": 2000000000 | false",
        "{\"nbf\":1632918896} | '' | true",
        "{\"nbf\":1632918896.789} | '' | true",
        "{\"nbf\":1632918896.79} | '' | false",
        "{\"exp\":\"2\"} | '' | fault: exp value must be a number",
        "{\"nbf\":null} | '' | fault: nbf value must be a number",
        "{} | , \"more\": 1 | fault: unknown token validation constraint: more",
        "{} | , \"time\": -1 | fault: token time constraint: must not be negative",
        "{} | , \"time\": \"x\" | fault: token time constraint: must be a number",
        "{} | , \"iss\": 1 | fault: iss constraint: must be a string",
      })
  void claims_are_held_against_constraints(String payload, String more, String expected)
      throws BuiltinFault {
    assertThat(withSecret(payload, more)).isEqualTo(expected);
  }

  @Test
  void one_kind_of_key_must_be_given() {
    assertThat(verified(RFC_HS256, "{}")).isEqualTo("fault: no key constraint");
    assertThat(verified(RFC_HS256, "{\"secret\": \"\"}")).isEqualTo("fault: no key constraint");
    assertThat(verified(RFC_HS256, "{\"secret\": \"x\", \"cert\": " + Value.of(RFC_EC_KEY) + "}"))
        .isEqualTo("fault: duplicate key constraints");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"alg\":\"none\"}", "{}", "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}"})
  void a_header_that_promises_nothing_is_not_believed(String header) {
    String token = base64url(header) + "." + base64url("{}") + ".";
    assertThat(verified(token, "{\"secret\": \"x\"}")).isEqualTo("[false, {}, {}]");
  }

  @Test
  void a_public_key_is_no_secret_for_hmac() throws BuiltinFault {
    String pem = Keys.pem("rsa.pem");
    var stolen = Called.json("{\"kty\":\"oct\",\"k\":\"" + base64url(pem) + "\"}");
    String token = signed("HS256", "{}", stolen);
    assertThat(verified(token, "{\"cert\": " + Value.of(pem) + "}")).isEqualTo("[false, {}, {}]");
  }

  @Test
  void the_example_of_the_rfc_is_signed_as_there() {
    var key = Value.of("{\"kty\":\"oct\",\"k\":\"" + RFC_KEY + "\"}");
    assertThat(
            Called.shown(
                "io.jwt.encode_sign_raw",
                Value.of("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"),
                Value.of(
                    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n"
                        + " \"http://example.com/is_root\":true}"),
                key))
        .isEqualTo('"' + RFC_HS256 + '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | {} | missing or invalid 'alg' header",
        "{\"alg\":\"none\"} | {} | unknown JWS algorithm: none",
        "{\"alg\":\"HS256\"} | x | type is JWT but payload is not JSON",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"} | x | type is JWT but payload is not JSON",
        "{\"alg\":\"RS256\"} | {} | failed to sign payload: the key is none for RS256",
      })
  void what_cannot_be_signed_is_a_fault(String header, String payload, String expected) {
    var key = Value.of("{\"kty\":\"oct\",\"k\":\"AQ\"}");
    assertThat(Called.shown("io.jwt.encode_sign_raw", Value.of(header), Value.of(payload), key))
        .isEqualTo("fault: " + expected);
  }

  @Test
  void another_type_may_carry_any_payload() {
    var key = Value.of("{\"kty\":\"oct\",\"k\":\"AQ\"}");
    assertThat(
            Called.shown(
                "io.jwt.encode_sign_raw",
                Value.of("{\"alg\":\"HS256\",\"typ\":\"text/plain\"}"),
                Value.of("é"),
                key))
        .startsWith("\"eyJhbGci");
  }

  @Test
  void numbers_of_claims_keep_their_literals() throws BuiltinFault {
    var parts =
        (ArrayValue)
            Objects.requireNonNull(
                Called.call("io.jwt.decode", Value.of("e30." + base64url("{\"a\":1.0}") + ".")));
    var a = (NumberValue) Objects.requireNonNull(((ObjectValue) parts.item(1)).get("a"));
    assertThat(a.literal()).isEqualTo("1.0");
  }
}
