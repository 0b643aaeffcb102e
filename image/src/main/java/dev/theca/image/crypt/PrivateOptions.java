package dev.theca.image.crypt;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** What only recipients may read: key, nonce, and the digest of the plaintext. */
record PrivateOptions(Secret key, byte[] nonce, Digest plaintext) implements AutoCloseable {
  private static final int MAX_BYTES = 4 << 10;

  static Outcome<PrivateOptions> parse(Secret json) {
    if (json.sizeBytes() > MAX_BYTES)
      return bad("at most " + MAX_BYTES + " bytes", json.sizeBytes() + "");
    return json.lend(bytes -> Json.object(bytes)).then(PrivateOptions::read);
  }

  private static Outcome<PrivateOptions> read(JsonObject json) {
    var key = json.string("symkey").flatMap(text -> StrictBase64.decode(text, 32));
    if (key.isEmpty()) return bad("a key of 32 bytes", "another");
    var nonce = nonce(json);
    if (nonce.isEmpty()) return bad("a nonce of 16 bytes", "another, or none");
    return Digest.parse(json.string("digest").orElse(""))
        .map(digest -> new PrivateOptions(Secret.moveFrom(key.get()), nonce.get(), digest));
  }

  static Optional<byte[]> nonce(JsonObject json) {
    return json.object("cipheroptions")
        .flatMap(o -> o.string("nonce"))
        .flatMap(text -> StrictBase64.decode(text, 16));
  }

  /** Written without a String of the key; compact, because RSA-OAEP of a token takes 214 bytes. */
  Secret json() {
    byte[] encoded = key.lend(raw -> Base64.getEncoder().encode(raw));
    var out = new Erasable(512);
    out.writeBytes(utf8("{\"symkey\":\""));
    out.writeBytes(encoded);
    Arrays.fill(encoded, (byte) 0);
    out.writeBytes(utf8("\",\"digest\":\"" + plaintext + "\",\"cipheroptions\":{\"nonce\":\""));
    out.writeBytes(utf8(StrictBase64.encode(nonce) + "\"}}"));
    return out.moveOut();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A stream whose buffer is zeroed; it is never grown, which would leave a copy behind. */
  private static final class Erasable extends ByteArrayOutputStream {
    Erasable(int sizeBytes) {
      super(sizeBytes);
    }

    Secret moveOut() {
      byte[] exact = toByteArray();
      Arrays.fill(buf, (byte) 0);
      return Secret.moveFrom(exact);
    }
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "PrivateOptions[" + plaintext + "]";
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.BAD_OPTIONS.refuse(
        "private options of the encrypted layer", expected, found, "seal the image again");
  }
}
