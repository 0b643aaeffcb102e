package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.List;

/** {@code crypto.x509.*} and {@code crypto.parse_private_keys}. */
public final class CertificateFunctions {
  private static final Value UNVERIFIED = ArrayValue.owning(Value.of(false), ArrayValue.EMPTY);

  /** Private keys are dear to check: their public halves are computed. */
  private static final long KEY_STEPS = 100_000;

  private CertificateFunctions() {}

  /** The functions. */
  public static List<Builtin> list() {
    return List.of(
        Builtin.of(
            "crypto.x509.parse_certificates",
            "string -> array",
            (c, a) -> CertificateShown.all(Inputs.certificates(Inputs.latin(c, a[0])), true)),
        Builtin.of(
            "crypto.x509.parse_and_verify_certificates",
            "string -> array",
            CertificateFunctions::verify),
        Builtin.of(
            "crypto.x509.parse_and_verify_certificates_with_options",
            "string, object -> array",
            CertificateFunctions::verifyWith),
        Builtin.of(
            "crypto.x509.parse_certificate_request",
            "string -> object",
            (c, a) -> Inputs.request(Inputs.latin(c, a[0]))),
        Builtin.of(
            "crypto.x509.parse_keypair", "string, string -> object", CertificateFunctions::pair),
        Builtin.of(
            "crypto.x509.parse_rsa_private_key",
            "string -> object",
            CertificateFunctions::privateKey),
        Builtin.of(
            "crypto.parse_private_keys", "string -> array", CertificateFunctions::privateKeys));
  }

  private static Value verify(Calling context, Value[] a) throws BuiltinFault {
    var found = certificates(context, a[0]);
    return verified(context, found, VerifyOptions.usual(context.nowNanos()), true);
  }

  private static Value verifyWith(Calling context, Value[] a) throws BuiltinFault {
    var found = certificates(context, a[0]);
    if (found.isEmpty()) return UNVERIFIED;
    var options = VerifyOptions.read((ObjectValue) a[1], context.nowNanos());
    return verified(context, found, options, false);
  }

  /** None where they cannot be read: no chain comes from none. */
  private static List<Certificate> certificates(Calling context, Value text) {
    try {
      return Inputs.certificates(Inputs.latin(context, text));
    } catch (BuiltinFault e) {
      return List.of();
    }
  }

  /** Shows the chain from the leaf to the root. */
  private static Value verified(
      Calling context, List<Certificate> certificates, VerifyOptions options, boolean uriStrings)
      throws BuiltinFault {
    var chain = Chain.verify(context, certificates, options);
    return chain.isEmpty()
        ? UNVERIFIED
        : ArrayValue.owning(Value.of(true), CertificateShown.all(chain.get(), uriStrings));
  }

  private static Value pair(Calling context, Value[] a) throws BuiltinFault {
    context.spend(KEY_STEPS);
    return KeyPairs.read(Inputs.latin(context, a[0]), Inputs.latin(context, a[1]));
  }

  private static Value privateKey(Calling context, Value[] a) throws BuiltinFault {
    context.spend(KEY_STEPS);
    var keys = Inputs.privateKeysOrBase64(Inputs.latin(context, a[0]));
    if (keys.isEmpty()) return NullValue.NULL;
    Value shown = KeyShown.jwk(keys.getFirst());
    if (shown == null) throw new BuiltinFault("invalid key type");
    return shown;
  }

  private static Value privateKeys(Calling context, Value[] a) throws BuiltinFault {
    String text = Inputs.latin(context, a[0]);
    if (text.isEmpty()) return NullValue.NULL;
    // a key takes no less text than this
    context.spend(KEY_STEPS * (1 + text.length() / 100));
    return ArrayValue.of(
        Inputs.privateKeys(text).stream().map(CertificateFunctions::shown).toList());
  }

  /** A key for the agreement of keys is a structure without open fields in Go. */
  private static Value shown(Key key) {
    return key instanceof Key.Other ? ObjectValue.EMPTY : KeyShown.of(key);
  }
}
