package dev.theca.broker.plugin;

import dev.theca.broker.audit.Audit;
import dev.theca.broker.seal.Sealer;
import dev.theca.broker.spi.Plugin.Call;
import dev.theca.broker.store.Database;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.toml.Toml;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What plugins stand on, by hand. */
final class Fakes {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final String MEASUREMENT = "ab".repeat(32);

  private Fakes() {}

  /** Hides bytes by exclusive-or, and opens them for the same context only. */
  static final class Mask implements Sealer {
    @Override
    public byte[] seal(String context, byte[] plain) {
      byte[] name = context.getBytes(StandardCharsets.UTF_8);
      byte[] hidden = plain.clone();
      for (int i = 0; i < hidden.length; i++) hidden[i] ^= 0x5A;
      return ByteBuffer.allocate(4 + name.length + hidden.length)
          .putInt(name.length)
          .put(name)
          .put(hidden)
          .array();
    }

    @Override
    public Secret open(String context, byte[] sealed) {
      var in = ByteBuffer.wrap(sealed);
      byte[] name = new byte[in.getInt()];
      in.get(name);
      if (!context.equals(new String(name, StandardCharsets.UTF_8)))
        throw new IllegalStateException("sealed for another context");
      byte[] plain = new byte[in.remaining()];
      in.get(plain);
      for (int i = 0; i < plain.length; i++) plain[i] ^= 0x5A;
      return Secret.moveFrom(plain);
    }
  }

  /** Anchors in memory. */
  static final class Book implements AnchorBook {
    private final Map<String, Anchor> anchors = new HashMap<>();

    @Override
    public synchronized Optional<Anchor> read(String owner, String volume) {
      return Optional.ofNullable(anchors.get(owner + " " + volume));
    }

    @Override
    public synchronized Step advance(
        String owner, String volume, long fromSequence, String fromChain, long to, String chain) {
      var found = read(owner, volume);
      if (!found.orElse(Anchor.NEW).equals(new Anchor(fromSequence, fromChain)))
        return new Step.Moved(found);
      anchors.put(owner + " " + volume, new Anchor(to, chain));
      return new Step.Advanced();
    }
  }

  static Plugins.Parts parts(Database database, Audit audit) {
    return parts(database, audit, InstantSource.fixed(NOW));
  }

  static Plugins.Parts parts(Database database, Audit audit, InstantSource clock) {
    return new Plugins.Parts(database, new Mask(), audit, new Book(), Meter.NONE, clock);
  }

  /** The tables of a configuration's text. */
  static List<JsonObject> tables(String toml) {
    return Toml.parse(toml).orThrow().array("plugins").orElseThrow().stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  static JsonObject json(String text) {
    return Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  /** Claims of an SGX enclave with these init data. */
  static JsonObject claims(String initData) {
    return json(
        """
        {"eat_profile":"tag:test","iss":"us","iat":1,"exp":2,"submods":{"cpu0":{
          "ear.status":"affirming","ear.trustworthiness-vector":{"hardware":2},
          "ear.veraison.annotated-evidence":{
            "report_data":"00","init_data":"11","runtime_data_claims":{"nonce":"x"},
            "init_data_claims":%s,
            "sgx":{"body":{"mr_enclave":"%s","isv_prod_id":"0100"}}}}}}
        """
            .formatted(initData, MEASUREMENT));
  }

  static Call admin(String method, String path, byte[] body) {
    return new Call(method, List.of(path.split("/")), Map.of(), body, Optional.empty(), "admin:a");
  }

  static Call attested(String method, String path, byte[] body, JsonObject claims) {
    var segments = Arrays.asList(path.split("/"));
    return new Call(method, segments, Map.of(), body, Optional.of(claims), "attested:x");
  }

  static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
