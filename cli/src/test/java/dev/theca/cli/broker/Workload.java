package dev.theca.cli.broker;

import dev.theca.collateral.BundleSource;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.kbs.PodName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** A simulated platform with one enclave on it, which attests and asks for resources. */
public final class Workload {
  private static final byte[] MODEL = {0, 0x11, 0x22, 0x33, 0x44, 0x55};

  /** What the enclave and its signer measure to. */
  public static final String MR_ENCLAVE = "52".repeat(32);

  public static final String MR_SIGNER = "51".repeat(32);

  private final SgxPlatform platform;
  private final Jwk key = Jwk.generate("P-256");
  private String pod = "";

  public Workload() {
    byte[] svn = new byte[16];
    Arrays.fill(svn, (byte) 5);
    platform = new SgxPlatform(Signer.newKey(), svn, MODEL, Instant.now(), Knobs.good());
  }

  /** Collateral of the platform as an offline file. */
  public Path bundle(Path file, Knobs knobs) throws IOException {
    var d = platform.documents(Instant.now(), knobs);
    var collateral =
        new IntelCollateral(
            d.tcbInfo(),
            d.tcbChain(),
            d.qeIdentity(),
            d.qeChain(),
            d.pckCrl(),
            d.pckCrlChain(),
            d.rootCrl());
    var model =
        new PlatformModel(
            EvidenceType.SGX, HexFormat.of().withUpperCase().formatHex(MODEL), "processor");
    return Files.write(file, BundleSource.write(Map.of(model, collateral)));
  }

  /** A configuration of a broker that knows the platform's root, plus more of it. */
  public Path config(Path folder, String more) throws IOException {
    return Files.writeString(
        folder.resolve("broker.toml"),
        """
        state = "%s"
        %s
        [collateral]
        bundles = ["%s"]
        [[roots]]
        name = "sim:test"
        certificate = "%s"
        """
            .formatted(
                folder.resolve("state"),
                more,
                bundle(folder.resolve("collateral.json"), Knobs.good()),
                Files.writeString(folder.resolve("root.pem"), platform.rootPem())));
  }

  /** What a broker answered; the cookie is empty where it sent none. */
  public record Answer(int status, String cookie, String body) {
    public int statusCode() {
      return status;
    }
  }

  /** An answer to a session, or why there is none. */
  public record Session(String cookie, Answer answer) {}

  /** Which pod the host says this is; empty text for none. */
  public void inPod(String name) {
    pod = name;
  }

  /** One handshake, with a report that is bound to a nonce. */
  public Session attest(String url, String boundTo) {
    var challenge =
        send(url, "auth", "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\"}", "");
    String cookie = challenge.cookie();
    String nonce = json(challenge).string("nonce").orElseThrow();
    String evidence = Json.text(evidence(nonce, boundTo.isEmpty() ? nonce : boundTo));
    return new Session(cookie, send(url, "attest", evidence, cookie));
  }

  /** Asks for a resource with a session. */
  public Answer get(String url, Session session, String resource) {
    return send(url, "resource/" + resource, "", session.cookie());
  }

  /** The id of a refusal. */
  public static String id(Answer refused) {
    return json(refused).string("id").orElseThrow(() -> new AssertionError(refused.body()));
  }

  private static JsonObject json(Answer answer) {
    return Json.object(answer.body().getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private Answer send(String url, String path, String body, String cookie) {
    try {
      var connection =
          (HttpURLConnection) URI.create(url + "/kbs/v0/" + path).toURL().openConnection();
      if (!pod.isEmpty()) connection.setRequestProperty(PodName.HEADER, pod);
      if (!cookie.isEmpty()) connection.setRequestProperty("Cookie", cookie);
      if (!body.isEmpty()) {
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      }
      int status = connection.getResponseCode();
      try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String set = connection.getHeaderField("Set-Cookie");
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(status, set == null ? "" : set.split(";")[0], text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonObject evidence(String nonce, String boundTo) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 0x5).putLong(56, 3);
    body.put(64, HexFormat.of().parseHex(MR_ENCLAVE)).put(128, HexFormat.of().parseHex(MR_SIGNER));
    body.putShort(256, (short) 1).putShort(258, (short) 2);
    body.put(320, Kbs.reportData(boundTo, key.publicJson(), ""));
    String quote = Base64.getEncoder().encodeToString(platform.quote(body.array()));
    return JsonObject.builder()
        .put("init-data", new JsonNull())
        .put(
            "runtime-data",
            JsonObject.builder().put("nonce", nonce).put("tee-pubkey", key.publicJson()).build())
        .put(
            "tee-evidence",
            JsonObject.builder()
                .put("primary_evidence", JsonObject.builder().put("quote", quote).build())
                .put("additional_evidence", "")
                .build())
        .build();
  }
}
