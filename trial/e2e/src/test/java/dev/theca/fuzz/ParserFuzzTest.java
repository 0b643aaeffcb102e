package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.enclave.LaunchMap;
import dev.theca.enclave.SigStruct;
import dev.theca.evidence.SgxQuote;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.kit.Fuzz;
import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.PodName;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every parser of bytes that a host or a network can choose, fed with changed copies of good ones.
 */
class ParserFuzzTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void ran(long inputs) {
    assertTrue(inputs > 100, inputs + " inputs");
  }

  @Test
  void json() {
    var seeds =
        List.of(
            utf8("{\"a\":[1,-2.5e3,true,null,\"\\u00e4\\n\"],\"b\":{\"c\":{}}}"),
            utf8("[[[[[]]]]]"),
            utf8("\"\\ud83d\\ude00\""));
    ran(
        Fuzz.run(
            "json",
            seeds,
            input -> {
              var read = Json.parse(input);
              if (read.isGranted()) {
                var again = Json.parse(Json.write(read.orThrow()));
                if (!again.isGranted()) throw new IllegalStateException("written, not read");
                canonical(read.orThrow());
              }
            }));
  }

  /** A number that is no double has no canonical form, and is the only thing that has none. */
  private static void canonical(JsonValue value) {
    try {
      byte[] unused = Json.canonical(value);
    } catch (IllegalArgumentException e) {
      if (!String.valueOf(e.getMessage()).startsWith("no IEEE 754 double: ")) throw e;
    }
  }

  @Test
  void cbor() {
    var seeds =
        List.of(
            Cbor.encode(Cbor.map(1, "a", 2, new byte[] {1, 2}, 3, Cbor.array(List.of(1, -5)))),
            LaunchMap.agent(List.of("/x")).encode());
    ran(
        Fuzz.run(
            "cbor",
            seeds,
            input -> {
              var read = Cbor.decode(input, 1 << 16);
              if (read.isGranted() && !java.util.Arrays.equals(Cbor.encode(read.orThrow()), input))
                throw new IllegalStateException("two forms of one value");
            }));
  }

  @Test
  void toml() {
    var seeds =
        List.of(
            utf8("a = 1\n[b.c]\nd = [\"x\", 'y']\n[[e]]\nf = { g = true }\n"),
            utf8("t = '''\nx\n'''\nu = \"\"\"\\u00e4 \\\n  y\"\"\"\n"));
    ran(Fuzz.run("toml", seeds, input -> Toml.parse(text(input))));
  }

  @Test
  void tomlOfOthers() {
    var seeds =
        List.of(
            utf8(
                "version = 2\nimports = ['a', \"b\"]\n[b.\"c.d\"]\n  e = 0.5 # x\n[[f]]\ng = {h = 1}\n"),
            utf8("t = '''\nx\n'''\r\n[a]\r\nb = [1, [2],]\r\nd = 1979-05-27 07:32:00Z"));
    var key = List.of("a", "added");
    ran(
        Fuzz.run(
            "toml of others",
            seeds,
            input -> {
              if (!(TomlFile.parse(text(input)) instanceof Outcome.Granted<TomlFile>(var file)))
                return;
              if (TomlEdit.set(file, key, "1") instanceof Outcome.Granted<TomlFile>(var more)) {
                if (!more.values().keySet().containsAll(file.values().keySet()))
                  throw new IllegalStateException("a key was lost");
                if (!more.raw(key).equals(java.util.Optional.of("1")))
                  throw new IllegalStateException("a key was not set");
              }
              var unused = TomlEdit.without(file, List.of(List.of("a")));
              var unused2 = TomlEdit.add(file, List.of("imports"), "\"z\"");
            }));
  }

  @Test
  void protobuf() {
    byte[] inner = new ProtoWriter().string(1, "k").string(2, "v").toBytes();
    var seeds = List.of(new ProtoWriter().string(1, "x").varint(2, -1).message(3, inner).toBytes());
    ran(
        Fuzz.run(
            "protobuf",
            seeds,
            input -> {
              var in = new ProtoReader(input);
              while (in.next()) {
                switch (in.field()) {
                  case 1 -> in.string();
                  case 2 -> in.varint();
                  case 3 -> in.entry(new java.util.HashMap<>());
                  case 4 -> in.bytes();
                  default -> {}
                }
              }
            },
            ProtoException.class));
  }

  @Test
  void jose() {
    var key = Jwk.generate("P-256");
    var seeds =
        List.of(
            Json.write(Jwe.forKbs(key, utf8("secret"))),
            Json.write(Jwe.forOcicrypt(List.of(key), utf8("secret"))),
            Json.write(key.publicJson()));
    ran(
        Fuzz.run(
            "jose",
            seeds,
            input -> {
              var json = Json.object(input);
              if (!json.isGranted()) return;
              var opened = Jwe.open(json.orThrow(), key);
              if (opened.isGranted()) opened.orThrow().close();
              var unused = Jwk.parse(json.orThrow());
            }));
  }

  @Test
  void quotes() {
    byte[] svn = new byte[16];
    var platform =
        new SgxPlatform(
            Signer.newKey(),
            svn,
            new byte[] {0, 1, 2, 3, 4, 5},
            Instant.now(),
            SgxPlatform.Knobs.good());
    var seeds = List.of(platform.quote(new byte[384]));
    ran(
        Fuzz.run(
            "quote",
            seeds,
            input -> {
              var quote = SgxQuote.parse(input);
              if (quote.isGranted()) {
                var unused = quote.orThrow().platform();
              }
            }));
  }

  @Test
  void launchMapsAndSignatures() {
    var seeds =
        List.of(
            LaunchMap.agent(List.of("/opt/java/bin/java", "-jar", "/x")).encode(),
            LaunchMap.app(List.of("/y")).encode(),
            new byte[SigStruct.SIZE]);
    ran(
        Fuzz.run(
            "launch map",
            seeds,
            input -> {
              var unused = LaunchMap.parse(input);
              var unused2 = SigStruct.verify(input);
            }));
  }

  @Test
  void namesPoliciesAndManifests() {
    var seeds =
        List.of(
            utf8("127.0.0.1:5000/a/b:1@sha256:" + "ab".repeat(32)),
            utf8(
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a/b\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"x\"}]}}}"),
            utf8(
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:"
                    + "ab".repeat(32)
                    + "\",\"size\":1},\"layers\":[{\"digest\":\"sha256:"
                    + "cd".repeat(32)
                    + "\",\"size\":1,\"annotations\":{\"a\":\"b\"}}]}"),
            utf8("algorithm = \"sha256\"\n[data]\n\"a\" = \"b\"\n"));
    ran(
        Fuzz.run(
            "image documents",
            seeds,
            input -> {
              var name = ImageRef.parse(text(input));
              var unused = InitData.parse(input);
              var policy = ImagePolicy.parse(input, SignatureMeans.of(KeyMaterial.none()));
              if (policy.isGranted()) {
                var image = ImageRef.parse("127.0.0.1:5000/a/b:1").orThrow();
                var unused2 = policy.orThrow().chosen(new ImageName.Docker(image));
              }
              if (name.isGranted() && !ImageRef.parse(name.orThrow().toString()).isGranted())
                throw new IllegalStateException("a name that is not read again");
            }));
    assertTrue(Manifest.OCI.contains("manifest"));
  }

  @Test
  void pod_names() {
    var seeds = List.of(utf8("team-a/web-0.x 0b1c2d3e-4f50-6172"), utf8("a/b"));
    ran(
        Fuzz.run(
            "pod-names",
            seeds,
            input -> {
              var name = PodName.parse(text(input));
              if (name.isPresent() && !PodName.parse(name.get().toString()).equals(name))
                throw new IllegalStateException("a name that is not read again");
            }));
  }

  @Test
  void der() {
    var seeds = List.of(Signer.newKey().getPublic().getEncoded());
    ran(Fuzz.run("der", seeds, input -> walk(new DerReader(input), 0), DerReader.Malformed.class));
  }

  private static void walk(DerReader in, int depth) throws DerReader.Malformed {
    while (in.hasNext() && depth < 32) {
      int tag = in.peekTag();
      if ((tag & 0x20) != 0) walk(in.enter(tag), depth + 1);
      else if (tag == 2) in.integer();
      else in.content(tag);
    }
  }
}
