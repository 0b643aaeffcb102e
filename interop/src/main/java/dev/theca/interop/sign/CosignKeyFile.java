package dev.theca.interop.sign;

import dev.theca.image.sign.SigningKey;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * cosign's encrypted private keys: PEM around JSON that names scrypt and NaCl's secretbox
 * (XSalsa20-Poly1305), around PKCS#8 (sigstore, "encrypted"; the format is go-tuf's).
 */
public final class CosignKeyFile {
  private static final List<String> LABELS =
      List.of("ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY");
  private static final int COST = 1 << 16;
  private static final long MAX_MEMORY = 256L << 20;

  private CosignKeyFile() {}

  /** Whether the text is one of these files, and not a plain PEM key. */
  public static boolean isOne(byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    return LABELS.stream().anyMatch(label -> text.contains("-----BEGIN " + label + "-----"));
  }

  public static Outcome<SigningKey> open(byte[] pem, Secret passphrase) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    for (String label : LABELS) {
      var blocks = Pem.read(label, text).orElse(List.of());
      if (blocks.size() == 1)
        return Json.object(blocks.getFirst()).then(json -> open(json, passphrase));
    }
    return no("a PEM block " + LABELS.getFirst(), "other text");
  }

  private static Outcome<SigningKey> open(JsonObject json, Secret passphrase) {
    var none = JsonObject.builder().build();
    var kdf = json.object("kdf").orElse(none);
    var parameters = kdf.object("params").orElse(none);
    var cipher = json.object("cipher").orElse(none);
    if (!kdf.string("name").orElse("").equals("scrypt")
        || !cipher.string("name").orElse("").equals("nacl/secretbox"))
      return no("scrypt and nacl/secretbox", "other algorithms");
    long cost = parameters.integer("N").orElse(0L);
    long block = parameters.integer("r").orElse(0L);
    long parallel = parameters.integer("p").orElse(0L);
    if (Long.bitCount(cost) != 1
        || cost < 2
        || cost > 1 << 21
        || block < 1
        || block > 64
        || parallel < 1
        || parallel > 16
        || cost * block * 128 > MAX_MEMORY)
      return no("costs of at most " + MAX_MEMORY + " bytes", "others");
    byte[] salt;
    byte[] nonce;
    byte[] box;
    try {
      salt = Base64.getDecoder().decode(kdf.string("salt").orElse(""));
      nonce = Base64.getDecoder().decode(cipher.string("nonce").orElse(""));
      box = Base64.getDecoder().decode(json.string("ciphertext").orElse(""));
    } catch (IllegalArgumentException e) {
      return no("base64", "other text");
    }
    if (nonce.length != 24
        || salt.length < 8
        || box.length <= SecretBox.MAC
        || box.length > 64 << 10) return no("salt, nonce and ciphertext", "others");
    byte[] key =
        passphrase.lend(
            words -> SCrypt.generate(words, salt, (int) cost, (int) block, (int) parallel, 32));
    try {
      var plain = SecretBox.open(key, nonce, box);
      if (plain.isEmpty()) return no("the passphrase of this key", "another");
      try (var der = Secret.moveFrom(plain.get())) {
        return SigningKey.pkcs8(der);
      }
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Encrypts a key as cosign does. */
  public static String write(PrivateKey key, Secret passphrase, SecureRandom random) {
    byte[] salt = new byte[32];
    byte[] nonce = new byte[24];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    byte[] derived = passphrase.lend(words -> SCrypt.generate(words, salt, COST, 8, 1, 32));
    byte[] plain = key.getEncoded();
    byte[] box = SecretBox.seal(derived, nonce, plain);
    Arrays.fill(derived, (byte) 0);
    Arrays.fill(plain, (byte) 0);
    var base64 = Base64.getEncoder();
    var json =
        JsonObject.builder()
            .put(
                "kdf",
                JsonObject.builder()
                    .put("name", "scrypt")
                    .put(
                        "params",
                        JsonObject.builder().put("N", COST).put("r", 8).put("p", 1).build())
                    .put("salt", base64.encodeToString(salt))
                    .build())
            .put(
                "cipher",
                JsonObject.builder()
                    .put("name", "nacl/secretbox")
                    .put("nonce", base64.encodeToString(nonce))
                    .build())
            .put("ciphertext", base64.encodeToString(box))
            .build();
    return Pem.write(LABELS.getFirst(), Json.write(json));
  }

  private static <T> Outcome<T> no(String expected, String found) {
    return InteropSignCode.KEY_FILE.refused(
        "encrypted key file", expected, found, "give a key file of cosign and its passphrase");
  }
}
