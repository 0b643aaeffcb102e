package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/** The keys that verify tokens, and whether they do. */
final class Tokens {
  /** The algorithms of signed tokens. */
  static final Set<String> ALGORITHMS =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256",
          "HS384", "HS512", "EdDSA");

  /** About what a judgement costs, in the steps that evaluations are bounded by. */
  private static final long STEPS = 10_000;

  private Tokens() {}

  /** The keys of a certificate or a public key in PEM, or of JSON. */
  static List<Jwk> keys(Calling context, Value text) throws BuiltinFault {
    String latin = Octets.latin(text);
    context.spend(latin.length());
    var block = PemBlock.next(latin, 0);
    if (block == null) return Jwk.read(context, text);
    if (block.end() < latin.length())
      throw new BuiltinFault("extra data after a PEM certificate block");
    return switch (block.type()) {
      case "CERTIFICATE" -> {
        var found = CertificateReader.one(block.bytes()).key();
        yield List.of(new Jwk(found, "", ""));
      }
      case "PUBLIC KEY" -> List.of(new Jwk(KeyReader.spki(block.bytes()), "", ""));
      default -> throw new BuiltinFault("failed to extract a Key from the PEM certificate");
    };
  }

  /** Whether one key holds a signature. */
  @FunctionalInterface
  interface Verifies {
    boolean holds(Key key);
  }

  /**
   * Whether the key that the header names verifies; where none of the set has that name, whether
   * any does, of those that name the header's algorithm or none.
   */
  static boolean any(Calling context, List<Jwk> keys, Token.Header header, Verifies verifies) {
    if (!header.id().isEmpty())
      for (Jwk key : keys)
        if (key.id().equals(header.id()) && usable(key)) return tried(context, key, verifies);
    for (Jwk key : keys) {
      boolean fits = key.algorithm().isEmpty() || key.algorithm().equals(header.algorithm());
      if (fits && usable(key) && tried(context, key, verifies)) return true;
    }
    return false;
  }

  private static boolean usable(Jwk key) {
    return key.algorithm().isEmpty() || ALGORITHMS.contains(key.algorithm());
  }

  private static boolean tried(Calling context, Jwk key, Verifies verifies) {
    context.spend(STEPS);
    return verifies.holds(key.key());
  }

  /** As the functions for one algorithm judge: lenient on the length of salts and halves. */
  static boolean lenient(Key key, String algorithm, byte[] data, byte[] signature) {
    var hash = Hash.ofAlgorithm(algorithm);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> key instanceof Key.Rsa rsa && Judge.pkcs1(rsa, hash, data, signature);
      case "PS" -> key instanceof Key.Rsa rsa && Judge.pss(rsa, hash, -1, data, signature);
      case "ES" -> key instanceof Key.Ec ec && Judge.ecdsa(ec, hash, data, signature);
      default -> key instanceof Key.Ed ed && Judge.ed25519(ed, data, signature);
    };
  }

  /** As the full verification judges: by the algorithm of the header, in its exact form. */
  static boolean strict(Key any, String algorithm, byte[] data, byte[] signature) {
    if (!ALGORITHMS.contains(algorithm)) return false;
    var hash = Hash.ofAlgorithm(algorithm);
    var key = any.verifying();
    return switch (algorithm.substring(0, 2)) {
      case "HS" ->
          key instanceof Key.Shared(Bytes bytes)
              && MessageDigest.isEqual(hash.mac(bytes.array(), data), signature);
      case "PS" ->
          key instanceof Key.Rsa rsa && Judge.pss(rsa, hash, hash.bytes(), data, signature);
      case "ES" ->
          key instanceof Key.Ec ec
              && signature.length == 2 * ec.curve().bytes()
              && Judge.ecdsa(ec, hash, data, signature);
      default -> lenient(key, algorithm, data, signature);
    };
  }

  /** HMAC by the function for one algorithm: it looks at no header. */
  static Value shared(Calling context, Value[] a, Hash hash) throws BuiltinFault {
    var token = Token.of(context, a[0]);
    byte[] mac = hash.mac(((TextValue) a[1]).bytes(), token.signed());
    return Value.of(MessageDigest.isEqual(mac, token.signatureBytes()));
  }

  /** A signature by the function for one algorithm. */
  static Value verify(Calling context, Value[] a, String algorithm) throws BuiltinFault {
    var token = Token.of(context, a[0]);
    var keys = keys(context, a[1]);
    byte[] signature = token.signatureBytes();
    var header = Token.Header.of(token.headerObject(context));
    byte[] data = token.signed();
    return Value.of(any(context, keys, header, key -> lenient(key, algorithm, data, signature)));
  }
}
