package dev.theca.cli.image;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.crypt.KeyFile;
import dev.theca.image.crypt.SecretFile;
import dev.theca.image.sign.SigningKey;
import dev.theca.interop.sign.CosignKeyFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Private keys that sign: cosign's files, PKCS#8 with or without password, SEC 1, PKCS#1. */
public final class SigningKeys {
  static final int MAX_BYTES = 64 << 10;

  private SigningKeys() {}

  /** From a file, or from standard input. */
  public static Outcome<SigningKey> read(
      @Nullable Path file, boolean standardInput, Passphrase passphrase) throws IOException {
    if ((file != null) == standardInput)
      throw new WrongUsage("say which key signs: --key FILE, or --key-from-stdin");
    try (var text = file != null ? SecretFile.read(file, MAX_BYTES).orThrow() : input()) {
      return parse(text, passphrase::read);
    }
  }

  private static Secret input() throws IOException {
    byte[] bytes = System.in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) throw new WrongUsage("a key has at most 64 KiB");
    return Secret.moveFrom(bytes);
  }

  static Outcome<SigningKey> parse(Secret text, Supplier<Secret> passphrase) {
    boolean cosign = text.lend(bytes -> CosignKeyFile.isOne(bytes));
    if (cosign)
      try (var words = passphrase.get()) {
        return text.lend(bytes -> CosignKeyFile.open(bytes, words));
      }
    boolean encrypted =
        text.lend(
            bytes ->
                new String(bytes, StandardCharsets.US_ASCII)
                    .contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    if (!encrypted) return SigningKey.pem(text);
    try (var words = passphrase.get()) {
      return KeyFile.privateKey(text, words)
          .then(jwk -> SigningKey.of(new KeyPair(jwk.publicKey(), jwk.privateKey().orElseThrow())));
    }
  }
}
