package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Output;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.sign.SignatureKey;
import dev.theca.interop.sign.CosignKeyFile;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image keygen}: key pairs on P-256, which all tools read. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Makes key pairs. The private half is a new file of mode 0600, never over another file.",
      "",
      "Example: theca image keygen signing cosign"
    })
final class KeygenCommand {
  private static final int PEM_LINE = 64;
  private static final byte[] NEWLINE = {'\n'};
  private static final byte[] BEGIN = ascii("-----BEGIN PRIVATE KEY-----\n");
  private static final byte[] END = ascii("\n-----END PRIVATE KEY-----\n");

  /** How a key for encryption is written. */
  enum Format {
    PEM,
    JWK
  }

  @Command(
      name = "signing",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Makes NAME.key, which signs, and NAME.pub, which verifies.",
        "With --cosign, NAME.key is encrypted under a passphrase as cosign wants it; else it is PKCS#8.",
        "",
        "Examples:",
        "  theca image keygen signing release",
        "  theca image keygen signing cosign --cosign --passphrase-file words"
      })
  int signing(
      @Mixin OutputOptions output,
      @Mixin Passphrase passphrase,
      @Parameters(paramLabel = "NAME", description = "NAME.key and NAME.pub") Path name,
      @Option(names = "--cosign", description = "a key file for cosign, encrypted")
          boolean cosign) {
    return output.run(
        outlet -> {
          if (passphrase.named() && !cosign)
            throw new WrongUsage("--passphrase-file goes with --cosign");
          var pair = Jwk.generate("P-256");
          var key = pair.privateKey().orElseThrow();
          if (cosign)
            try (var words = passphrase.read()) {
              String text = CosignKeyFile.write(key, words, new SecureRandom());
              Output.secret(with(name, ".key"), text.getBytes(StandardCharsets.US_ASCII));
            }
          else writePem(with(name, ".key"), key);
          byte[] spki = pair.publicKey().getEncoded();
          publish(with(name, ".pub"), Pem.write("PUBLIC KEY", spki));
          String fingerprint = SignatureKey.spki(spki).orThrow().fingerprint();
          return outlet.say(
              made(name).put("fingerprint", fingerprint).build(),
              "signs:     " + name + ".key\nverifies:  " + name + ".pub\nkey " + fingerprint);
        });
  }

  @Command(
      name = "encryption",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Makes NAME.key, which decrypts images, and NAME.pub, which encrypts them (jwe:NAME.pub).",
        "",
        "Examples:",
        "  theca image keygen encryption team",
        "  theca image keygen encryption team --format jwk"
      })
  int encryption(
      @Mixin OutputOptions output,
      @Parameters(paramLabel = "NAME", description = "NAME.key and NAME.pub") Path name,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "pem",
              description = "pem or jwk (default: ${DEFAULT-VALUE})")
          Format format) {
    return output.run(
        outlet -> {
          var pair = Jwk.generate("P-256");
          switch (format) {
            case PEM -> {
              writePem(with(name, ".key"), pair.privateKey().orElseThrow());
              publish(with(name, ".pub"), Pem.write("PUBLIC KEY", pair.publicKey().getEncoded()));
            }
            case JWK -> {
              try (var secret = pair.privateJson()) {
                secret.<Boolean, IOException>lend(
                    bytes -> {
                      Output.secret(with(name, ".key"), bytes);
                      return true;
                    });
              }
              publish(with(name, ".pub"), Json.text(pair.publicJson()) + "\n");
            }
          }
          return outlet.say(
              made(name).build(),
              "decrypts:  --decryption-key "
                  + name
                  + ".key\nencrypts:  --encryption-key jwe:"
                  + name
                  + ".pub");
        });
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static JsonObject.Builder made(Path name) {
    return JsonObject.builder()
        .put("private", with(name, ".key").toString())
        .put("public", with(name, ".pub").toString());
  }

  private static Path with(Path name, String ending) {
    var file = name.getFileName();
    if (file == null) throw new WrongUsage("NAME is the beginning of two files' names");
    return name.resolveSibling(file + ending);
  }

  /** PKCS#8 in PEM (RFC 7468), without a text that would stay in memory. */
  private static void writePem(Path file, PrivateKey key) throws IOException {
    byte[] der = key.getEncoded();
    byte[] base64 = Base64.getMimeEncoder(PEM_LINE, NEWLINE).encode(der);
    var pem = ByteBuffer.allocate(BEGIN.length + base64.length + END.length);
    pem.put(BEGIN).put(base64).put(END);
    try {
      Output.secret(file, pem.array());
    } finally {
      for (byte[] each : List.of(der, base64, pem.array())) Arrays.fill(each, (byte) 0);
    }
  }

  private static void publish(Path file, String text) throws IOException {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new WrongUsage(file + " is there already; choose another name");
    }
  }
}
