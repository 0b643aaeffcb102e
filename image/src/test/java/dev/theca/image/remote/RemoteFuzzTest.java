package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.kit.Fuzz;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What registries, networks and users write, changed at random: every reader refuses by value. */
class RemoteFuzzTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void registries_conf() {
    var seeds =
        List.of(
            utf8("unqualified-search-registries = [\"docker.io\"]\n[aliases]\na = \"b.c/d\"\n"),
            utf8(
                "[[registry]]\nprefix = \"*.a.test\"\nlocation = \"b.test/x\"\ninsecure = true\n"
                    + "[[registry.mirror]]\nlocation = \"c.test\"\npull-from-mirror = \"all\"\n"));
    var ref = ImageRef.parse("x.a.test/b/c:1").orThrow();
    assertThat(
            Fuzz.run(
                "registries.conf",
                seeds,
                input -> {
                  var conf = RegistriesConf.parse(text(input));
                  if (!conf.isGranted()) return;
                  var unused = conf.orThrow().pull(ref);
                  var unused2 = conf.orThrow().shortName(text(input));
                }))
        .isGreaterThan(100);
  }

  @Test
  void auth_json() {
    var seeds =
        List.of(
            utf8(
                "{\"auths\":{\"a.test/b\":{\"auth\":\"dTpw\"},\"https://c/v1/\":{\"identitytoken\":\"t\"}}}"),
            utf8("{\"credHelpers\":{\"a.test\":\"x\"},\"credsStore\":\"y\"}"));
    assertThat(
            Fuzz.run(
                "auth.json",
                seeds,
                input -> {
                  var file = AuthFile.parse(Secret.moveFrom(input.clone()), "fuzz");
                  if (!file.isGranted()) return;
                  try (var open = file.orThrow()) {
                    var unused = open.of("a.test", "b/c");
                  }
                }))
        .isGreaterThan(100);
  }

  @Test
  void names() {
    var seeds = List.of(utf8("127.0.0.1:5000/a/b:1@sha256:" + "ab".repeat(32)), utf8("busybox"));
    assertThat(
            Fuzz.run(
                "image names",
                seeds,
                input -> {
                  var name = ImageRef.parse(text(input));
                  if (name.isGranted() && !ImageRef.parse(name.orThrow().toString()).equals(name))
                    throw new IllegalStateException("a name that is read as another");
                }))
        .isGreaterThan(100);
  }

  @Test
  void challenges() {
    var seeds =
        List.of(
            utf8("Bearer realm=\"https://a/\",service=\"b\\\"c\", scope=d"),
            utf8("Basic realm=x, Negotiate abc=="));
    assertThat(
            Fuzz.run(
                "challenges",
                seeds,
                input -> {
                  if (Challenge.parse(List.of(text(input), text(input))).size() > 32)
                    throw new IllegalStateException("more challenges than are kept");
                }))
        .isGreaterThan(100);
  }

  @Test
  void documents() {
    var image = Samples.manifest(new byte[1], new byte[2]);
    var index = Samples.index("{\"os\":\"linux\",\"architecture\":\"amd64\"}", image);
    assertThat(
            Fuzz.run(
                "documents",
                List.of(image.bytes(), index.bytes(), Samples.about(image.digest(), "k").bytes()),
                input -> {
                  var document = Document.of(input);
                  if (!document.isGranted()) return;
                  var unused = Manifest.parse(document.orThrow());
                  var unused2 = Index.parse(document.orThrow());
                  var unused3 = Referrers.subject(document.orThrow());
                  if (unused.isGranted() && unused2.isGranted())
                    throw new IllegalStateException("a document that is read in two ways");
                }))
        .isGreaterThan(100);
  }
}
