package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.linux.TokenSlots;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A key-encryption key that never leaves a PKCS#11 token (AES-256, CKA_SENSITIVE, not
 * CKA_EXTRACTABLE): data keys are encrypted and decrypted on the token by CKM_AES_GCM. AES key wrap
 * would do as well, but not every token has it. Protects the database from whoever has its host's
 * disk, and not the unwrapped data keys in this process's memory.
 */
public final class TokenKey implements KeyEncryption {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Pkcs11Token token;
  private final SecretKey key;
  private final String name;
  private final SecureRandom random = new SecureRandom();

  private TokenKey(Pkcs11Token token, SecretKey key, String name) {
    this.token = token;
    this.key = key;
    this.name = name;
  }

  /** Logs in and finds the key, or generates it when that is asked for. */
  public static TokenKey open(TokenSettings settings) {
    var slot = slot(settings);
    var token = Pkcs11Token.login(settings, slot.id());
    return new TokenKey(token, token.key(), "pkcs11:" + slot.label() + "/" + settings.keyLabel());
  }

  private static TokenSlots.Slot slot(TokenSettings settings) {
    var slots = slots(settings);
    var found =
        switch (settings.token()) {
          case TokenSettings.Token.Slot(long id) ->
              slots.stream().filter(slot -> slot.id() == id).toList();
          case TokenSettings.Token.SlotIndex(int index) ->
              index >= 0 && index < slots.size()
                  ? slots.subList(index, index + 1)
                  : slots.subList(0, 0);
          case TokenSettings.Token.Labelled(String label) ->
              slots.stream().filter(slot -> slot.label().equals(label)).toList();
        };
    if (found.size() == 1) return found.getFirst();
    throw new KeyEncryptionDown(
        settings.module()
            + " shows "
            + found.size()
            + " tokens for "
            + settings.token()
            + "; it has "
            + slots
            + "; connect the token, or name it otherwise");
  }

  private static List<TokenSlots.Slot> slots(TokenSettings settings) {
    try {
      return TokenSlots.of(settings.module());
    } catch (IllegalStateException e) {
      throw new SealFault("no token can be reached: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] wrap(Secret dataKey, String context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          dataKey.lend(plain -> cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain));
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException | ProviderException e) {
      throw token.down(name, e);
    }
  }

  @Override
  public Secret unwrap(byte[] wrapped, String context) {
    if (wrapped.length < NONCE_BYTES + TAG_BITS / 8) throw damaged(context);
    byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
    try {
      return Secret.moveFrom(
          cipher(Cipher.DECRYPT_MODE, nonce, context)
              .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      throw damaged(context);
    } catch (GeneralSecurityException | ProviderException e) {
      throw token.down(name, e);
    }
  }

  private SealFault damaged(String context) {
    return new SealFault(
        context
            + " does not open under "
            + name
            + ": the row is damaged, or the token has another key of this label; restore the row, or the token's backup");
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding", token.provider());
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public void close() {
    token.close();
  }
}
