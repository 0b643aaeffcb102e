package dev.theca.broker.resource;

import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Makes keys and passwords by their recipes. */
final class Generator {
  /** SubjectPublicKeyInfo and PrivateKeyInfo of Ed25519 end with the 32 bytes (RFC 8410). */
  private static final int ED25519_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  /** A secret, and the part of it that everybody may know: JSON, or nothing. */
  record Made(Secret value, String publicPart) implements AutoCloseable {
    @Override
    public void close() {
      value.close();
    }
  }

  Made make(Recipe recipe) {
    return switch (recipe) {
      case Recipe.RandomBytes(int bytes) -> symmetric(Secret.random(bytes, random));
      case Recipe.Password password -> symmetric(password(password));
      case Recipe.Key.AES_256 -> symmetric(Secret.random(32, random));
      case Recipe.Key.EC_P256 -> pair(Jwk.generate("P-256"));
      case Recipe.Key.EC_P384 -> pair(Jwk.generate("P-384"));
      case Recipe.Key.RSA_3072 -> pair(rsa());
      case Recipe.Key.ED25519 -> ed25519();
    };
  }

  private static Made symmetric(Secret value) {
    return new Made(value, "");
  }

  private static Made pair(Jwk key) {
    return new Made(key.privateJson(), Json.text(key.publicJson()));
  }

  private Secret password(Recipe.Password recipe) {
    byte[] raw = new byte[recipe.length()];
    for (int i = 0; i < raw.length; i++)
      raw[i] = (byte) recipe.alphabet().charAt(random.nextInt(recipe.alphabet().length()));
    return Secret.moveFrom(raw);
  }

  private static Jwk rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4));
      return Jwk.of(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no RSA keys", e);
    }
  }

  private static Made ed25519() {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      var publicJson =
          JsonObject.builder()
              .put("kty", "OKP")
              .put("crv", "Ed25519")
              .put("x", B64.url(Arrays.copyOfRange(spki, spki.length - ED25519_BYTES, spki.length)))
              .build();
      return new Made(withSeed(publicJson, pair.getPrivate()), Json.text(publicJson));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no Ed25519 keys", e);
    }
  }

  /** The public members and {@code d}, which never becomes a String. */
  private static Secret withSeed(JsonObject publicJson, PrivateKey key) {
    byte[] info = key.getEncoded();
    byte[] seed = Arrays.copyOfRange(info, info.length - ED25519_BYTES, info.length);
    byte[] encoded = Base64.getUrlEncoder().withoutPadding().encode(seed);
    byte[] open = Json.write(publicJson);
    byte[] name = ",\"d\":\"".getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[open.length - 1 + name.length + encoded.length + 2];
    ByteBuffer.wrap(whole)
        .put(open, 0, open.length - 1)
        .put(name)
        .put(encoded)
        .put((byte) '"')
        .put((byte) '}');
    Arrays.fill(info, (byte) 0);
    Arrays.fill(seed, (byte) 0);
    Arrays.fill(encoded, (byte) 0);
    return Secret.moveFrom(whole);
  }
}
