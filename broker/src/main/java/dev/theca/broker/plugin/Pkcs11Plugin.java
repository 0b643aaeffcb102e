package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Secrets and a wrapping key inside a PKCS#11 token (plugin {@code pkcs11} of the reference).
 * {@code resource/<r>/<t>/<n>} is a generic secret object of that label: GET for attested clients,
 * POST and DELETE for administrators. {@code wrap-key} POST (administrator) encrypts the body to
 * the RSA key of {@code lookup_label}; GET with that as its body (attested) decrypts it.
 *
 * <p>OAEP is done half in software: encryption with the public key here, decryption as the token's
 * raw operation with the padding taken off here, because SunPKCS11 has no OAEP, and SoftHSM2 itself
 * has it with SHA-1 alone.
 */
final class Pkcs11Plugin implements Plugin {
  private static final String NAME = "pkcs11";
  private static final String VARIANT = "PluginInternalError";
  private static final int MAX_PIN = 256;

  /** Hash of OAEP and of its MGF1, by the reference's words. */
  private enum Mechanism {
    OAEP_SHA256("SHA-256", MGF1ParameterSpec.SHA256),
    OAEP_SHA1("SHA-1", MGF1ParameterSpec.SHA1);

    private final String hash;
    private final MGF1ParameterSpec mask;

    Mechanism(String hash, MGF1ParameterSpec mask) {
      this.hash = hash;
      this.mask = mask;
    }
  }

  private final Plugins.Parts parts;
  private final Token token;
  private final String wrapLabel;
  private final Mechanism mechanism;

  private Pkcs11Plugin(Plugins.Parts parts, Token token, String wrapLabel, Mechanism mechanism) {
    this.parts = parts;
    this.token = token;
    this.wrapLabel = wrapLabel;
    this.mechanism = mechanism;
  }

  /**
   * Reads {@code module}, {@code slot_index}, {@code pin_file}, {@code rsa_mechanism}, {@code
   * lookup_label} and {@code generate_bits}: above 0, a missing wrapping key is made in the token.
   */
  static Outcome<Plugin> of(Fields settings, Plugins.Parts parts) {
    String module = settings.text("module");
    if (module.chars().anyMatch(c -> c < 0x20 || c == '"' || c == '$'))
      settings.wrong("module", "a path without quotes and dollars", "another");
    int slot = (int) settings.number("slot_index", 0, 0, 1023);
    String pin = settings.text("pin_file");
    String mechanism = settings.text("rsa_mechanism", "RsaPkcsOaep");
    if (!List.of("RsaPkcsOaep", "RsaPkcsTest").contains(mechanism))
      settings.wrong("rsa_mechanism", "RsaPkcsOaep or RsaPkcsTest", "'" + mechanism + "'");
    String label = settings.text("lookup_label", "theca-wrap");
    if (!label.matches("[A-Za-z0-9._-]{1,64}"))
      settings.wrong("lookup_label", "letters, digits, dots, dashes", "another");
    int bits = (int) settings.number("generate_bits", 0, 0, 8192);
    if (bits != 0 && bits < 2048) settings.wrong("generate_bits", "0, or 2048 to 8192", bits + "");
    return settings.make(
        () -> {
          try {
            var opened = open(Path.of(module), slot, Path.of(pin));
            if (bits > 0 && opened.publicKey(label).isEmpty())
              opened.generate(label, bits, parts.clock().instant());
            return Outcome.granted(
                new Pkcs11Plugin(
                    parts,
                    opened,
                    label,
                    mechanism.equals("RsaPkcsOaep") ? Mechanism.OAEP_SHA256 : Mechanism.OAEP_SHA1));
          } catch (IllegalArgumentException e) {
            return PluginCode.BAD_PLUGIN_SETTINGS.refuse(
                "plugin pkcs11",
                "a PKCS#11 module, slot and PIN that open",
                String.valueOf(e.getMessage()),
                "correct the configuration; mind that tokens count wrong PINs");
          }
        });
  }

  private static Token open(Path module, int slot, Path pinFile) {
    byte[] raw;
    try {
      if (Files.size(pinFile) > MAX_PIN)
        throw new IllegalArgumentException(pinFile + " is longer than " + MAX_PIN + " bytes");
      raw = Files.readAllBytes(pinFile);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + pinFile, e);
    }
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(raw));
    int length = decoded.length();
    while (length > 0 && decoded.get(length - 1) <= ' ') length--;
    char[] pin = new char[length];
    decoded.get(pin);
    try {
      return Token.open(module, slot, pin);
    } finally {
      Arrays.fill(raw, (byte) 0);
      Arrays.fill(decoded.array(), '\0');
      Arrays.fill(pin, '\0');
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean needsAdmin(Call call) {
    return !call.method().equals("GET");
  }

  @Override
  public boolean encrypts(Call call) {
    return true;
  }

  @Override
  public Answer handle(Call call) {
    if (call.path().equals(List.of("wrap-key"))) {
      return switch (call.method()) {
        case "POST" -> wrap(call);
        case "GET" -> unwrap(call);
        default -> Answers.unknown(NAME);
      };
    }
    if (call.path().size() != 4 || !call.path().getFirst().equals("resource"))
      return Answers.unknown(NAME);
    String label = String.join("/", call.path().subList(1, 4));
    if (!Kbs.isResourcePath(label)) return Answers.bad("a path is resource/repository/type/tag");
    return switch (call.method()) {
      case "GET" ->
          token
              .read(label)
              .map(bytes -> Answer.bytes("application/octet-stream", bytes))
              .orElseGet(() -> Answers.missing("the token has no secret " + label));
      case "POST" -> {
        if (call.body().length == 0) yield Answers.bad("a secret has at least one byte");
        token.write(label, call.body());
        audit(call, "granted", "write", label);
        yield Answer.empty();
      }
      case "DELETE" -> {
        boolean gone = token.delete(label);
        audit(call, gone ? "granted" : "missing", "delete", label);
        yield gone ? Answer.empty() : Answers.missing("the token has no secret " + label);
      }
      default -> Answers.unknown(NAME);
    };
  }

  /** Not in one transaction with the token, which has none: recorded after it was done. */
  private void audit(Call call, String outcome, String action, String label) {
    var detail =
        JsonObject.builder().put("plugin", NAME).put("action", action).put("path", label).build();
    int slash = label.indexOf('/');
    String tenant = slash < 0 ? "" : label.substring(0, slash);
    parts.audit().record(new Event("key", outcome, tenant, call.actor(), detail));
  }

  private Answer wrap(Call call) {
    var key = token.publicKey(wrapLabel);
    if (key.isEmpty()) return Answers.missing("the token has no RSA key " + wrapLabel);
    int most = OaepPadding.capacityBytes(modulusBytes(key.get()), mechanism.hash);
    if (call.body().length == 0 || call.body().length > most)
      return Answers.bad("a key to wrap has 1 to " + most + " bytes");
    audit(call, "granted", "wrap", wrapLabel);
    return Answer.bytes("application/octet-stream", encrypt(key.get(), call.body()));
  }

  private Answer unwrap(Call call) {
    var key = token.publicKey(wrapLabel);
    if (key.isEmpty()) return Answers.missing("the token has no RSA key " + wrapLabel);
    int size = modulusBytes(key.get());
    // RFC 8017, section 7.1.2, steps 1 and 2: length, and a number below the modulus
    boolean fits =
        call.body().length == size
            && new BigInteger(1, call.body()).compareTo(key.get().getModulus()) < 0;
    var plain =
        fits
            ? OaepPadding.remove(token.raw(wrapLabel, call.body(), size), mechanism.hash)
            : Optional.<byte[]>empty();
    audit(call, plain.isPresent() ? "granted" : "refused", "unwrap", wrapLabel);
    return plain
        .map(bytes -> Answer.bytes("application/octet-stream", bytes))
        .orElseGet(
            () -> Answer.error(400, VARIANT, "the body was not wrapped by the key " + wrapLabel));
  }

  private static int modulusBytes(RSAPublicKey key) {
    return (key.getModulus().bitLength() + 7) / 8;
  }

  private byte[] encrypt(RSAPublicKey key, byte[] plain) {
    try {
      var spec = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
      var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          KeyFactory.getInstance("RSA").generatePublic(spec),
          new OAEPParameterSpec(
              mechanism.hash, "MGF1", mechanism.mask, PSource.PSpecified.DEFAULT));
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot encrypt with the token's public key", e);
    }
  }

  @Override
  public void close() {
    token.close();
  }
}
