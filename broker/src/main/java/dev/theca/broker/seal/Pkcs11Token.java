package dev.theca.broker.seal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.security.auth.login.LoginException;

/** A session with a token, logged in, by the JDK's PKCS#11 provider. */
final class Pkcs11Token implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final TokenSettings settings;
  private final Provider provider;
  private final KeyStore objects;

  private Pkcs11Token(TokenSettings settings, Provider provider, KeyStore objects) {
    this.settings = settings;
    this.provider = provider;
    this.objects = objects;
  }

  static Pkcs11Token login(TokenSettings settings, long slot) {
    // The provider's configuration grammar (JDK "PKCS#11 Reference Guide", 2.3): the attributes
    // hold for keys that are generated here.
    String configuration =
        """
        --name = theca%d
        library = %s
        slot = %d
        attributes(generate, CKO_SECRET_KEY, CKK_AES) = {
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_ENCRYPT = true
          CKA_DECRYPT = true
        }
        """
            .formatted(NUMBER.incrementAndGet(), quoted(settings), slot);
    try {
      var provider = Security.getProvider("SunPKCS11").configure(configuration);
      var objects = KeyStore.getInstance("PKCS11", provider);
      load(objects, settings);
      return new Pkcs11Token(settings, provider, objects);
    } catch (IOException e) {
      if (says(e, "CKR_PIN_"))
        throw new SealFault(
            "the token refuses the PIN of "
                + settings.pinFile()
                + "; correct it before the token locks itself",
            e);
      throw failed(settings, e);
    } catch (GeneralSecurityException | ProviderException | UnsupportedOperationException e) {
      throw failed(settings, e);
    }
  }

  private static String quoted(TokenSettings settings) {
    String module = settings.module().toAbsolutePath().toString();
    if (module.matches("[A-Za-z0-9/._+-]+")) return module;
    throw new SealFault(
        "the module's path has characters that the provider cannot read: " + module);
  }

  private static void load(KeyStore objects, TokenSettings settings)
      throws IOException, GeneralSecurityException {
    try (var pin = PrivateFile.readLine(settings.pinFile(), "the PIN")) {
      pin.<Object, Exception>lend(
          bytes -> {
            CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            char[] chars = new char[decoded.remaining()];
            decoded.get(chars);
            try {
              objects.load(null, chars);
            } finally {
              Arrays.fill(chars, '\0');
              Arrays.fill(decoded.array(), '\0');
            }
            return "";
          });
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("loading a key store failed in an impossible way", e);
    }
  }

  /** The key of the label. */
  SecretKey key() {
    try {
      if (objects.getKey(settings.keyLabel(), null) instanceof SecretKey key) return checked(key);
      if (!settings.createKey())
        throw new SealFault(
            "the token has no secret key of label "
                + settings.keyLabel()
                + "; restore the token's backup, or ask for the key's creation if nothing was sealed yet");
      var generator = KeyGenerator.getInstance("AES", provider);
      generator.init(256);
      objects.setEntry(
          settings.keyLabel(), new KeyStore.SecretKeyEntry(generator.generateKey()), null);
      if (objects.getKey(settings.keyLabel(), null) instanceof SecretKey key) return checked(key);
      throw new SealFault("the token did not keep the key of label " + settings.keyLabel());
    } catch (GeneralSecurityException | ProviderException e) {
      throw failed(settings, e);
    }
  }

  private SecretKey checked(SecretKey key) {
    if (key.getEncoded() != null)
      throw new SealFault(
          "the key "
              + settings.keyLabel()
              + " can be extracted from its token; make one with CKA_SENSITIVE and without CKA_EXTRACTABLE");
    return key;
  }

  Provider provider() {
    return provider;
  }

  KeyEncryptionDown down(String name, Exception cause) {
    return new KeyEncryptionDown(
        name + " does not answer (" + reason(cause) + "); is the token connected?", cause);
  }

  private static SealFault failed(TokenSettings settings, Exception cause) {
    return new KeyEncryptionDown(
        "the token of " + settings.module() + " cannot be used: " + reason(cause), cause);
  }

  /** Whether one of the causes' messages holds one of the words. */
  static boolean says(Throwable fault, String... words) {
    for (Throwable at = fault; at != null; at = at.getCause())
      for (String word : words)
        if (at.getMessage() != null && at.getMessage().contains(word)) return true;
    return false;
  }

  /** The deepest message: the provider's outer ones say little. */
  private static String reason(Throwable fault) {
    Throwable at = fault;
    while (at.getCause() != null) at = at.getCause();
    return String.valueOf(at.getMessage());
  }

  @Override
  public void close() {
    if (!(provider instanceof AuthProvider auth)) return;
    try {
      auth.logout();
    } catch (LoginException | ProviderException e) {
      // the token is gone, which is as good as logged out
    }
  }
}
