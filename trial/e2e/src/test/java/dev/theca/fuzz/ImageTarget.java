package dev.theca.fuzz;

import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.forge.TransparencyLog;
import dev.theca.image.FuzzUnpack;
import dev.theca.image.ImageConfig;
import dev.theca.image.ImageRef;
import dev.theca.image.remote.FuzzRemote;
import dev.theca.image.sign.FuzzSign;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.NastyLayers;
import dev.theca.kit.TarMaker;
import dev.theca.registry.http.FuzzHttp;
import dev.theca.wire.json.Json;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What registries, strangers and users can put into images and beside them. */
final class ImageTarget {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
  private static final byte[] BELOW =
      new TarMaker().directory("a/").file("a/b", "below").symlink("l", "a").end();
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  private ImageTarget() {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Map<String, CoverageTargets.Target> targets() {
    var all = new TreeMap<String, CoverageTargets.Target>();
    all.put("image-tar", new FuzzUnpack("", BELOW)::take);
    all.put("image-gzip", new FuzzUnpack("+gzip", BELOW)::take);
    all.put("image-zstd", new FuzzUnpack("+zstd", BELOW)::take);
    all.put("image-registries-conf", FuzzRemote::registriesConf);
    all.put("image-auth", FuzzRemote::authFile);
    all.put("image-challenge", FuzzRemote::challenge);
    all.put("image-document", FuzzRemote::document);
    all.put("image-config", ImageConfig::parse);
    all.put("image-name", ImageTarget::name);
    all.put("image-policy", FuzzSign::policy);
    all.put("image-payload", FuzzSign::payload);
    all.put("image-bundle", FuzzSign::bundle);
    all.put("image-trusted-root", FuzzSign::trustedRoot);
    all.put("image-checkpoint", FuzzSign::checkpoint);
    all.put("image-timestamp", FuzzSign::timestamp);
    all.put("image-notation", FuzzSign::notation);
    all.put("registry-request", FuzzHttp::take);
    all.putAll(KeyTarget.targets());
    return all;
  }

  private static void name(byte[] in) {
    var name = ImageRef.parse(new String(in, StandardCharsets.UTF_8));
    if (name.isGranted() && !ImageRef.parse(name.orThrow().toString()).equals(name))
      throw new IllegalStateException("a name that is read as another");
  }

  /** Good inputs, from which bad ones are made. */
  private static Map<String, List<byte[]>> seeds() throws Exception {
    var all = new TreeMap<String, List<byte[]>>();
    var tars = new ArrayList<>(List.of(NastyLayers.rare()));
    tars.addAll(NastyLayers.hostile().values());
    all.put("image-tar", tars);
    all.put("image-gzip", tars.stream().map(ImageMaker::gzip).toList());
    all.put("image-zstd", tars.stream().map(ImageTarget::zstd).toList());
    all.put(
        "image-registries-conf",
        List.of(
            utf8("unqualified-search-registries = [\"docker.io\"]\n[aliases]\na = \"b.c/d\"\n"),
            utf8(
                "[[registry]]\nprefix = \"*.a.test\"\nlocation = \"b.test/x\"\ninsecure = true\n"
                    + "[[registry.mirror]]\nlocation = \"c.test\"\npull-from-mirror = \"all\"\n")));
    all.put(
        "image-auth",
        List.of(
            utf8(
                "{\"auths\":{\"a.test/b\":{\"auth\":\"dTpw\"},\"https://c/v1/\":{\"identitytoken\":\"t\"}}}"),
            utf8("{\"credHelpers\":{\"a.test\":\"x\"},\"credsStore\":\"y\"}")));
    all.put(
        "image-challenge",
        List.of(
            utf8("Bearer realm=\"https://a/\",service=\"b\\\"c\", scope=d"),
            utf8("Basic realm=x, Negotiate abc==")));
    var image = new ImageMaker().layer(BELOW).make();
    all.put(
        "image-document",
        List.of(
            image.manifest(),
            utf8(
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"x\",\"digest\":\""
                    + DIGEST
                    + "\",\"size\":7,\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}],"
                    + "\"subject\":{\"digest\":\""
                    + DIGEST
                    + "\",\"size\":1}}")));
    all.put("image-config", List.of(image.blobs().values().iterator().next()));
    all.put("image-name", List.of(utf8("127.0.0.1:5000/a/b:1@" + DIGEST), utf8("busybox")));
    all.put(
        "image-policy",
        List.of(
            utf8(
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a.b/c\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\",\"signedIdentity\":{\"type\":\"remapIdentity\",\"prefix\":\"a.b\",\"signedPrefix\":\"c.d\"}}]}}}"),
            utf8(
                "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyData\":\"AAAA\"}]}"),
            utf8(
                "{\"default\":[{\"type\":\"sigstoreSigned\",\"fulcio\":{\"trustedRootPath\":\"/r\",\"oidcIssuer\":\"i\",\"subjectPattern\":\"a.*\"}}]}")));
    all.put(
        "image-payload",
        List.of(
            utf8(
                "{\"critical\":{\"identity\":{\"docker-reference\":\"a.b/c\"},\"image\":{\"docker-manifest-digest\":\""
                    + DIGEST
                    + "\"},\"type\":\"cosign container image signature\"},\"optional\":{}}")));
    sigstore(all);
    all.put(
        "image-notation",
        List.of(
            utf8(
                "{\"payload\":\"e30\",\"protected\":\"e30\",\"header\":{\"x5c\":[\"AAAA\"]},\"signature\":\"AAAA\"}")));
    all.put(
        "registry-request",
        List.of(
            utf8(
                "GET /v2/a%20b/blobs/sha256:0?x=%41&y HTTP/1.1\r\nHost: h\r\nRange: bytes=1-\r\n\r\n"),
            utf8(
                "PUT /v2/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"),
            utf8(
                "PATCH /v2/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3;a=b\r\nabc\r\nf\r\n0123456789abcde\r\n0\r\nA: b\r\n\r\n")));
    all.putAll(KeyTarget.seeds());
    return all;
  }

  private static void sigstore(Map<String, List<byte[]>> all) throws Exception {
    var world = new SigstoreWorld(AT.minusSeconds(3600));
    KeyPair key = KeyPairGenerator.getInstance("EC").generateKeyPair();
    byte[] certificate =
        world
            .ca()
            .issue(
                new SigstoreCa.Leaf(
                    key.getPublic(),
                    "https://i.example",
                    SigstoreCa.email("a@b.example"),
                    AT,
                    AT.plusSeconds(600)));
    var holder = new SigstoreWorld.Holder(key, certificate);
    byte[] statement = utf8("{\"_type\":\"https://in-toto.io/Statement/v1\"}");
    all.put(
        "image-bundle",
        List.of(
            Json.write(world.bundle(holder, "application/vnd.in-toto+json", statement, AT)),
            Json.write(world.messageBundle(holder, statement, AT)),
            Json.write(
                world.stampedBundle(holder, "application/vnd.in-toto+json", statement, AT))));
    all.put(
        "image-timestamp",
        List.of(
            world.stamps().stamp(statement, AT, true), world.stamps().stamp(statement, AT, false)));
    all.put("image-trusted-root", List.of(world.trustedRoot()));
    var log = new TransparencyLog("o");
    log.append(new byte[1]);
    all.put("image-checkpoint", List.of(utf8(log.checkpoint())));
  }

  private static byte[] zstd(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStream(out)) {
      zstd.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes a target's seeds into a folder. */
  public static void main(String[] args) throws Exception {
    var mine = seeds().getOrDefault(args[0], List.of());
    for (int i = 0; i < mine.size(); i++)
      Files.write(Path.of(args[1]).resolve("seed" + i), mine.get(i));
  }
}
