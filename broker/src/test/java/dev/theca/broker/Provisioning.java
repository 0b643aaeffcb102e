package dev.theca.broker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** A simulated platform with a root of its own, its provisioning service, and enclaves on it. */
final class Provisioning implements AutoCloseable {
  static final byte[] SIGNER = bytes(0x51);
  static final byte[] MEASURED = bytes(0x52);

  final KeyPair root = Signer.newKey();
  final SgxPlatform platform;
  private final HttpServer server;
  private final Map<String, Said> said = new ConcurrentHashMap<>();

  static byte[] bytes(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  Provisioning(Knobs knobs) throws IOException {
    byte[] svn = new byte[16];
    Arrays.fill(svn, (byte) 5);
    byte[] model = {0, 0x11, 0x22, 0x33, 0x44, 0x55};
    platform = new SgxPlatform(root, svn, model, Instant.now(), knobs);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/sgx/certification/v4/", this::answer);
    publish(knobs, Instant.now());
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** From now on, this is what the service says: documents as of an instant. */
  void publish(Knobs knobs, Instant issued) {
    var documents = platform.documents(issued, knobs);
    said.put("tcb", new Said(documents.tcbInfo(), "TCB-Info-Issuer-Chain", documents.tcbChain()));
    said.put(
        "qe/identity",
        new Said(documents.qeIdentity(), "SGX-Enclave-Identity-Issuer-Chain", documents.qeChain()));
    said.put(
        "pckcrl",
        new Said(documents.pckCrl(), "SGX-PCK-CRL-Issuer-Chain", documents.pckCrlChain()));
    byte[] root = HexFormat.of().formatHex(documents.rootCrl()).getBytes(StandardCharsets.US_ASCII);
    said.put("rootcacrl", new Said(root, "", ""));
  }

  private record Said(byte[] body, String header, String value) {}

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String what = exchange.getRequestURI().getPath().substring("/sgx/certification/v4/".length());
      Said now = said.get(what);
      if (now == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      if (!now.header().isEmpty())
        exchange
            .getResponseHeaders()
            .add(
                now.header(),
                URLEncoder.encode(now.value(), StandardCharsets.UTF_8).replace("+", "%20"));
      exchange.sendResponseHeaders(200, now.body().length);
      exchange.getResponseBody().write(now.body());
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  Path rootFile(Path folder) throws IOException {
    return Files.writeString(folder.resolve("root.pem"), platform.rootPem());
  }

  /** What an enclave sends, with one thing wrong if asked. */
  static final class Enclave {
    SgxPlatform platform;
    byte[] signer = SIGNER;
    byte[] measured = MEASURED;
    int product = 1;
    int svn = 2;
    long flags = 0x5;
    String nonceInReport = "";
    String initData = "";
    String initDataInReport = "";

    Enclave(SgxPlatform platform) {
      this.platform = platform;
    }

    JsonObject evidence(String nonce, Jwk key) {
      return evidence(nonce, key.publicJson());
    }

    JsonObject evidence(String nonce, JsonObject key) {
      byte[] data = Kbs.reportData(nonceInReport.isEmpty() ? nonce : nonceInReport, key, "");
      var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
      body.putLong(48, flags).putLong(56, 3).put(64, measured).put(128, signer);
      String bound = initDataInReport.isEmpty() ? initData : initDataInReport;
      if (!bound.isEmpty())
        body.put(
            192,
            dev.theca.wire.initdata.InitData.parse(bound.getBytes(StandardCharsets.UTF_8))
                .orThrow()
                .configId());
      body.putShort(256, (short) product).putShort(258, (short) svn).put(320, data);
      String quote = Base64.getEncoder().encodeToString(platform.quote(body.array()));
      return JsonObject.builder()
          .put(
              "init-data",
              initData.isEmpty()
                  ? new JsonNull()
                  : JsonObject.builder().put("format", "toml").put("body", initData).build())
          .put(
              "runtime-data",
              JsonObject.builder().put("nonce", nonce).put("tee-pubkey", key).build())
          .put(
              "tee-evidence",
              JsonObject.builder()
                  .put("primary_evidence", JsonObject.builder().put("quote", quote).build())
                  .put("additional_evidence", "")
                  .build())
          .build();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
