package dev.theca.bench.broker;

import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Simulated enclaves that attest: a platform under a root of its own, and one signer. */
final class Enclaves {
  private static final byte[] HELLO =
      Json.write(
          JsonObject.builder()
              .put("version", Kbs.VERSION)
              .put("tee", "sgx")
              .put("extra-params", "")
              .build());

  private final KeyPair root = Signer.newKey();
  private final byte[] signer = filled(32, 0x51);
  final SgxPlatform platform;
  private final Jwk key = Jwk.generate("P-256");

  Enclaves() {
    byte[] model = {0, 0x11, 0x22, 0x33, 0x44, 0x55};
    platform = new SgxPlatform(root, filled(16, 5), model, Instant.now(), SgxPlatform.Knobs.good());
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  String mrSigner() {
    return HexFormat.of().formatHex(signer);
  }

  /** A challenge, which nobody answers. */
  void challenge(Wire wire) throws IOException {
    if (!hello(wire).cookie().startsWith("kbs-session-id=")) throw new IOException("no cookie");
  }

  private static Wire.Reply hello(Wire wire) throws IOException {
    return ok(wire.send("POST", "/kbs/v0/auth", "", HELLO));
  }

  /** Challenge, fresh evidence, token, resource; the token. */
  String exchange(Wire wire, String resource) throws IOException {
    var challenge = hello(wire);
    String nonce = Json.object(challenge.body()).orThrow().requireString("nonce").orThrow();
    String cookie = "Cookie: " + challenge.cookie();
    var attested = ok(wire.send("POST", "/kbs/v0/attest", cookie, evidence(nonce)));
    var answer = ok(wire.send("GET", "/kbs/v0/resource/" + resource, cookie, new byte[0]));
    if (answer.body().length == 0) throw new IOException("an empty resource");
    return Json.object(attested.body()).orThrow().requireString("token").orThrow();
  }

  /** A resource, by a token. */
  static Wire.Reply get(Wire wire, String resource, String token) throws IOException {
    String bearer = "Authorization: Bearer " + token;
    return ok(wire.send("GET", "/kbs/v0/resource/" + resource, bearer, new byte[0]));
  }

  /** One answer that is opened, so that the rest measures what is right. */
  byte[] opened(Wire.Reply answer) {
    try (var secret = Jwe.open(Json.object(answer.body()).orThrow(), key).orThrow()) {
      return secret.lend(byte[]::clone);
    }
  }

  static Wire.Reply ok(Wire.Reply reply) throws IOException {
    if (reply.status() != 200)
      throw new IOException(
          "status " + reply.status() + ": " + new String(reply.body(), StandardCharsets.UTF_8));
    return reply;
  }

  private byte[] evidence(String nonce) {
    JsonObject publicKey = key.publicJson();
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 0x5).putLong(56, 3).put(64, filled(32, 0x52)).put(128, signer);
    body.putShort(256, (short) 1).putShort(258, (short) 2);
    body.put(320, Kbs.reportData(nonce, publicKey, ""));
    String quote = Base64.getEncoder().encodeToString(platform.quote(body.array()));
    return Json.write(
        JsonObject.builder()
            .put("init-data", new JsonNull())
            .put(
                "runtime-data",
                JsonObject.builder().put("nonce", nonce).put("tee-pubkey", publicKey).build())
            .put(
                "tee-evidence",
                JsonObject.builder()
                    .put("primary_evidence", JsonObject.builder().put("quote", quote).build())
                    .put("additional_evidence", "")
                    .build())
            .build());
  }
}
