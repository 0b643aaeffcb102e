package dev.theca.bench.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A broker that knows the enclaves and has one secret for them. */
final class Broker implements AutoCloseable {
  static final String RESOURCE = "default/key/one";
  private static final byte[] SECRET =
      "32 bytes, as a key of a disk has".getBytes(StandardCharsets.US_ASCII);

  final Server server;
  final Load load;
  private final Endorser endorser;
  private final Enclaves enclaves;

  private Broker(Server server, Endorser endorser, Enclaves enclaves) {
    this.server = server;
    this.endorser = endorser;
    this.enclaves = enclaves;
    this.load = new Load(server);
  }

  /**
   * Starts and provisions one in a folder of its own.
   *
   * @param store the lines of {@code [store]}
   * @param options of the virtual machine
   */
  static Broker start(Path lib, Path folder, String store, Enclaves enclaves, List<String> options)
      throws IOException {
    Files.createDirectories(folder);
    Path root = Files.writeString(folder.resolve("root.pem"), enclaves.platform.rootPem());
    var endorser = new Endorser(enclaves.platform);
    Path config =
        Files.writeString(
            folder.resolve("broker.toml"),
            """
            listen = "127.0.0.1:0"
            management = ""
            trusted_proxies = ["127.0.0.1"]
            state = "%s"
            collateral = "%s"
            [store]
            %s
            [reference]
            unsigned = "admin"
            [[roots]]
            name = "sim:bench"
            certificate = "%s"
            """
                .formatted(folder.resolve("state"), endorser.url(), store, root));
    var server = Server.broker(lib, config, folder.resolve("broker.log"), options);
    var broker = new Broker(server, endorser, enclaves);
    boolean ready = false;
    try {
      broker.provision();
      ready = true;
      return broker;
    } finally {
      if (!ready) broker.close();
    }
  }

  private void provision() throws IOException {
    Path token = Path.of(server.boot().requireString("admin_token_file").orThrow());
    String admin = "Authorization: Bearer " + Files.readString(token);
    try (var wire = new Wire(server.address(), 65_535)) {
      Enclaves.ok(wire.send("POST", "/kbs/v0/resource/" + RESOURCE, admin, SECRET));
      reference(wire, admin, "sgx_mr_signer", enclaves.mrSigner());
      reference(wire, admin, "sgx_isv_prod_id", "1");
      reference(wire, admin, "sgx_min_isv_svn", "2");
      reference(wire, admin, "simulated_roots", "sim:bench");
      String own = enclaves.exchange(wire, RESOURCE);
      byte[] opened = enclaves.opened(Enclaves.get(wire, RESOURCE, own));
      if (!Arrays.equals(opened, SECRET)) throw new IOException("the answer holds another secret");
    }
  }

  private static void reference(Wire wire, String admin, String name, String value)
      throws IOException {
    byte[] payload = ("{\"" + name + "\":[\"" + value + "\"]}").getBytes(StandardCharsets.UTF_8);
    var message =
        JsonObject.builder()
            .put("version", "0.1.0")
            .put("type", "sample")
            .put("payload", Base64.getEncoder().encodeToString(payload))
            .build();
    Enclaves.ok(wire.send("POST", "/kbs/v0/reference-value", admin, Json.write(message)));
  }

  @Override
  public void close() {
    server.close();
    endorser.close();
  }
}
