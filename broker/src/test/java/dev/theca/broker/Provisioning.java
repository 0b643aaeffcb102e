package dev.theca.broker;

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
import java.util.concurrent.Executors;

/** A simulated platform with a root of its own, its provisioning service, and enclaves on it. */
final class Provisioning implements AutoCloseable {
  static final byte[] SIGNER = bytes(0x51);
  static final byte[] MEASURED = bytes(0x52);

  final KeyPair root = Signer.newKey();
  final SgxPlatform platform;
  private final HttpServer server;

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
    var documents = platform.documents(Instant.now(), knobs);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve("tcb", documents.tcbInfo(), Map.of("TCB-Info-Issuer-Chain", documents.tcbChain()));
    serve(
        "qe/identity",
        documents.qeIdentity(),
        Map.of("SGX-Enclave-Identity-Issuer-Chain", documents.qeChain()));
    serve(
        "pckcrl", documents.pckCrl(), Map.of("SGX-PCK-CRL-Issuer-Chain", documents.pckCrlChain()));
    serve(
        "rootcacrl",
        HexFormat.of().formatHex(documents.rootCrl()).getBytes(StandardCharsets.US_ASCII),
        Map.of());
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  private void serve(String what, byte[] body, Map<String, String> headers) {
    server.createContext(
        "/sgx/certification/v4/" + what,
        exchange -> {
          try (exchange) {
            headers.forEach(
                (name, value) ->
                    exchange
                        .getResponseHeaders()
                        .add(
                            name,
                            URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
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
      byte[] data =
          Kbs.reportData(nonceInReport.isEmpty() ? nonce : nonceInReport, key.publicJson(), "");
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

  @Override
  public void close() {
    server.stop(0);
  }
}
