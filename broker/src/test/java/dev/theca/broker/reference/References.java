package dev.theca.broker.reference;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A reference value provider with two keys, for tests: one for everything, one for sgx_ only. */
final class References implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final Jwk KEY = Jwk.generate("P-256");
  static final Jwk SGX_KEY = Jwk.generate("P-384");
  static final Actor ADMIN = new Actor("alice", Set.of("policy-author"));

  final KeptTrail trail = new KeptTrail();
  final SqliteDatabase database;
  final ReferenceValues values;

  References(Path folder, String unsigned) {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    values = replica(unsigned);
  }

  ReferenceValues replica(String unsigned) {
    return new ReferenceValues(
        database, trail, ReferenceSettings.parse(settings(unsigned)).orThrow());
  }

  static JsonObject settings(String unsigned) {
    return JsonObject.builder()
        .put("unsigned", unsigned)
        .put(
            "keys",
            JsonArray.of(
                key("builder", KEY, "*"),
                key("sgx", SGX_KEY, "sgx_*", "rvps:///*/exact:v1"),
                key("old", KEY, "*", "x")))
        .build();
  }

  private static JsonObject key(String name, Jwk key, String... scope) {
    var json =
        JsonObject.builder()
            .put("name", name)
            .put("jwk", key.publicJson())
            .put("scope", JsonArray.of(scope));
    if (name.equals("old")) json.put("expires", "2026-11-21T10:00:00Z");
    return json.build();
  }

  static ReferenceSigner signer() {
    return new ReferenceSigner("builder", KEY);
  }

  static JsonObject sample(String json) {
    return ReferenceMessages.sample(Json.object(json.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  static JsonValue json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  /** Registers values, signed now. */
  void signed(String json, Instant now) {
    values.register(signer().sign(sample(json), now), now).orThrow();
  }

  /** {@code granted}, or the code and what was found. */
  static String says(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons)
        ? reasons.getFirst().code().id() + ": " + reasons.getFirst().found()
        : "granted";
  }

  /** A CoRIM with one reference triple: ACME/Roadrunner/fw/boot/digests, valid from a time on. */
  static byte[] corim(int digest, Instant... validity) {
    byte[] hash = new byte[32];
    java.util.Arrays.fill(hash, (byte) digest);
    var measurement =
        Cbor.map(
            0, "fw", 1, Cbor.map(2, Cbor.array(List.of(Cbor.array(List.of(1, hash)))), 11, "boot"));
    var environment = Cbor.map(0, Cbor.map(1, "ACME", 2, "Roadrunner"));
    var triples =
        Cbor.map(
            0,
            Cbor.array(
                List.of(Cbor.array(List.of(environment, Cbor.array(List.of(measurement)))))));
    byte[] comid = Cbor.encode(Cbor.map(1, Cbor.map(0, "tag-1"), 4, triples));
    var tags = Cbor.array(List.of(new CborTag(506, Cbor.of(comid))));
    var members = new ArrayList<Object>(List.of(0, "manifest-1", 1, tags));
    if (validity.length > 0) members.addAll(List.of(4, validity(validity)));
    return Cbor.encode(new CborTag(501, Cbor.map(members.toArray())));
  }

  private static CborMap validity(Instant... times) {
    var members = new ArrayList<Object>();
    for (int i = 0; i < times.length; i++)
      members.addAll(List.of(i, new CborTag(1, Cbor.of(times[i].getEpochSecond()))));
    return Cbor.map(members.toArray());
  }

  /** The manifest as COSE_Sign1. */
  static byte[] signed(byte[] manifest, Jwk key) {
    boolean p384 = key.publicJson().string("crv").orElse("").equals("P-384");
    byte[] header = Cbor.encode(Cbor.map(1, p384 ? -35 : -7));
    try {
      var signer = Signature.getInstance((p384 ? "SHA384" : "SHA256") + "withECDSAinP1363Format");
      signer.initSign(key.privateKey().orElseThrow());
      signer.update(Cbor.encode(Cbor.array(List.of("Signature1", header, new byte[0], manifest))));
      return Cbor.encode(
          new CborTag(18, Cbor.array(List.of(header, Cbor.map(), manifest, signer.sign()))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
