package dev.theca.forge;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A transparency log in the manner of Rekor: entries, inclusion proofs (RFC 6962) and checkpoints
 * (signed notes), and of version 1 also promises (signed entry timestamps). Never for real signers.
 */
public final class TransparencyLog {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private static final int ED25519_BYTES = 32;

  private final String origin;
  private final KeyPair key;
  private final List<byte[]> bodies = new ArrayList<>();

  /** A log of version 1, with a P-256 key. */
  public TransparencyLog(String origin) {
    this(origin, Signer.newKey());
  }

  private TransparencyLog(String origin, KeyPair key) {
    this.origin = origin;
    this.key = key;
  }

  /** A log of version 2, with an Ed25519 key. */
  public static TransparencyLog second(String origin) {
    return new TransparencyLog(origin, Signer.newEd25519());
  }

  private boolean isSecond() {
    return key.getPublic().getAlgorithm().equals("EdDSA");
  }

  public PublicKey key() {
    return key.getPublic();
  }

  /** RFC 6962's id of the key; of version 2 the key id of C2SP signed-note, whole. */
  public byte[] id() {
    byte[] spki = key.getPublic().getEncoded();
    if (!isSecond()) return SigstoreCa.sha256(spki);
    byte[] name = (origin + "\n\u0001").getBytes(StandardCharsets.UTF_8);
    byte[] named = Arrays.copyOf(name, name.length + ED25519_BYTES);
    System.arraycopy(spki, spki.length - ED25519_BYTES, named, name.length, ED25519_BYTES);
    return SigstoreCa.sha256(named);
  }

  /** Takes an entry; the number is its index. */
  public synchronized int append(byte[] body) {
    bodies.add(body.clone());
    return bodies.size() - 1;
  }

  /** An entry as bundles carry it, with promise, and with a proof in the tree of this moment. */
  public synchronized JsonObject entry(int index, Instant at, String kind, String version) {
    return entry(index, at, kind, version, true);
  }

  /** An entry of a log of version 2: a proof, and no time. */
  public synchronized JsonObject entry(int index, String kind) {
    return JsonObject.builder()
        .put("logIndex", Integer.toString(index))
        .put("logId", JsonObject.builder().put("keyId", BASE64.encodeToString(id())).build())
        .put("kindVersion", JsonObject.builder().put("kind", kind).put("version", "0.0.2").build())
        .put("inclusionProof", proof(index))
        .put("canonicalizedBody", BASE64.encodeToString(bodies.get(index)))
        .build();
  }

  public synchronized JsonObject entry(
      int index, Instant at, String kind, String version, boolean proof) {
    byte[] body = bodies.get(index);
    var out =
        JsonObject.builder()
            .put("logIndex", Integer.toString(index))
            .put("logId", JsonObject.builder().put("keyId", BASE64.encodeToString(id())).build())
            .put(
                "kindVersion",
                JsonObject.builder().put("kind", kind).put("version", version).build())
            .put("integratedTime", Long.toString(at.getEpochSecond()))
            .put(
                "inclusionPromise",
                JsonObject.builder()
                    .put("signedEntryTimestamp", BASE64.encodeToString(promise(index, at)))
                    .build());
    if (proof) out.put("inclusionProof", proof(index));
    return out.put("canonicalizedBody", BASE64.encodeToString(body)).build();
  }

  /** An entry as cosign's annotation carries it. */
  public synchronized JsonObject annotation(int index, Instant at) {
    return JsonObject.builder()
        .put("SignedEntryTimestamp", BASE64.encodeToString(promise(index, at)))
        .put("Payload", payload(index, at))
        .build();
  }

  private JsonObject payload(int index, Instant at) {
    return JsonObject.builder()
        .put("body", BASE64.encodeToString(bodies.get(index)))
        .put("integratedTime", at.getEpochSecond())
        .put("logIndex", index)
        .put("logID", HexFormat.of().formatHex(id()))
        .build();
  }

  private byte[] promise(int index, Instant at) {
    return Signer.der(key, Json.canonical(payload(index, at)));
  }

  private JsonObject proof(int index) {
    byte[] root = root(0, bodies.size());
    return JsonObject.builder()
        .put("logIndex", Integer.toString(index))
        .put("rootHash", BASE64.encodeToString(root))
        .put("treeSize", Integer.toString(bodies.size()))
        .put(
            "hashes",
            JsonArray.strings(
                path(index, 0, bodies.size()).stream().map(BASE64::encodeToString).toList()))
        .put("checkpoint", JsonObject.builder().put("envelope", checkpoint()).build())
        .build();
  }

  /** The signed head of the tree of this moment. */
  public synchronized String checkpoint() {
    String text =
        origin + "\n" + bodies.size() + "\n" + BASE64.encodeToString(root(0, bodies.size())) + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] signature = isSecond() ? Signer.ed25519(key, bytes) : Signer.der(key, bytes);
    byte[] hinted = Arrays.copyOf(id(), 4 + signature.length);
    System.arraycopy(signature, 0, hinted, 4, signature.length);
    String name = origin.split(" ")[0]; // a signature's name has no spaces, an origin may
    return text + "\n\u2014 " + name + " " + BASE64.encodeToString(hinted) + "\n";
  }

  /** RFC 6962, section 2.1: MTH. */
  private byte[] root(int from, int to) {
    if (to == from) return SigstoreCa.sha256(new byte[0]);
    if (to - from == 1) return hash(0, bodies.get(from), new byte[0]);
    int split = from + Integer.highestOneBit(to - from - 1);
    return hash(1, root(from, split), root(split, to));
  }

  /** RFC 6962, section 2.1.1: PATH. */
  private List<byte[]> path(int index, int from, int to) {
    if (to - from <= 1) return new ArrayList<>();
    int split = from + Integer.highestOneBit(to - from - 1);
    var path = index < split ? path(index, from, split) : path(index, split, to);
    path.add(index < split ? root(split, to) : root(from, split));
    return path;
  }

  private static byte[] hash(int prefix, byte[] left, byte[] right) {
    byte[] all = new byte[1 + left.length + right.length];
    all[0] = (byte) prefix;
    System.arraycopy(left, 0, all, 1, left.length);
    System.arraycopy(right, 0, all, 1 + left.length, right.length);
    return SigstoreCa.sha256(all);
  }
}
