package dev.theca.bench.image;

import dev.theca.wire.jose.Jwk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A P-256 key pair in the files that each side reads.
 *
 * @param privatePem PKCS#8, for skopeo and our command
 * @param privateJwk for the agent, which gets keys as JSON
 * @param publicPem whom layers are encrypted for
 */
record Keys(Path privatePem, Path privateJwk, Path publicPem) {
  static Keys make(Path folder) throws IOException {
    var key = Jwk.generate("P-256");
    var files =
        new Keys(folder.resolve("key.pem"), folder.resolve("key.json"), folder.resolve("key.pub"));
    key.privateJson()
        .lend(
            json -> {
              Files.write(files.privateJwk, json);
              return true;
            });
    write(files.privatePem, "PRIVATE KEY", key.privateKey().orElseThrow().getEncoded());
    write(files.publicPem, "PUBLIC KEY", key.publicKey().getEncoded());
    return files;
  }

  private static void write(Path file, String what, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
