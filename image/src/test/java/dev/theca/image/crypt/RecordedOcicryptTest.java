package dev.theca.image.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.image.crypt.Layers.Layer;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images, packets and keys of Confidential Containers, as recorded. */
class RecordedOcicryptTest {
  private static final String KEYS = "guest-components/ocicrypt-rs/data/";

  static byte[] read(String name) throws Exception {
    String shared = Optional.ofNullable(System.getenv("THECA_SHARED")).orElse("../shared");
    Path file = Path.of(shared, "testdata/coco", name);
    assumeTrue(Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    return Files.readAllBytes(file);
  }

  private static byte[] blob(Digest digest) throws Exception {
    return read("generated/encrypted-oci/blobs/sha256/" + digest.hex());
  }

  private static Layer layer() throws Exception {
    var index = Json.object(read("generated/encrypted-oci/index.json")).orThrow();
    var first = (JsonObject) index.array("manifests").orElseThrow().getFirst();
    var manifest = blob(Digest.parse(first.string("digest").orElseThrow()).orThrow());
    var layer = Document.of(manifest).then(Manifest::parse).orThrow().layers().getFirst();
    return new Layer(layer, blob(layer.digest()));
  }

  private static KeyUnwrap kek() throws Exception {
    byte[] kek = read("generated/KEK.bin");
    return new AgentUnwrap(
        kid ->
            kid.equals("kbs:///default/image-kek/k1")
                ? Outcome.granted(Secret.moveFrom(kek.clone()))
                : CryptCode.KEK.refuse("key", "k1", kid, "-"));
  }

  @Test
  void the_recorded_image_decrypts_byte_for_byte() throws Exception {
    var layer = layer();
    byte[] plain = Layers.open(layer, kek()).orThrow();
    assertThat(Digest.sha256(plain).toString())
        .isEqualTo("sha256:1e93cf090ac787e2248b4e962d9496cd6ac868a58825a9ee0e318221969db529");
    byte[] tar = new GZIPInputStream(new ByteArrayInputStream(plain)).readAllBytes();
    assertThat(Digest.sha256(tar).toString())
        .isEqualTo("sha256:a32826ad161414ebdd8b3ab0c346437284f32d8a9cd48dee9d718213c6ece577");
    assertThat(new String(tar, 0, 9, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("hello.txt");
  }

  @Test
  void the_recorded_image_is_refused_when_any_byte_of_it_changed() throws Exception {
    for (int at = 0; at < 107; at++) {
      var layer = layer();
      layer.bytes()[at] ^= 1;
      assertThat(Layers.codes(Layers.open(layer, kek()))).containsExactly("image-altered-layer");
    }
  }

  @Test
  void our_private_options_have_the_recorded_bytes() throws Exception {
    String recorded =
        "{\"symkey\":\"9RrRyJQQeJp1+ANUs1nDyJ0DCDjdkl4nih0BBvCRfnA=\",\"digest\":\"sha256:1e93cf090ac787e2248b4e962d9496cd6ac868a58825a9ee0e318221969db529\",\"cipheroptions\":{\"nonce\":\"+RlePoVYezU1XE/MexwSoQ==\"}}";
    var annotation = layer().descriptor().annotations().get(Annotations.ATTESTATION_AGENT);
    var opened =
        kek()
            .unwrap(Annotations.ATTESTATION_AGENT, Base64.getDecoder().decode(annotation))
            .orThrow();
    String text = opened.lend(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8));
    assertThat(text.replace(" ", "")).isEqualTo(recorded);
    try (var options = PrivateOptions.parse(opened).orThrow();
        var again = options.json()) {
      assertThat(
              again.<String, RuntimeException>lend(
                  b -> new String(b, java.nio.charset.StandardCharsets.UTF_8)))
          .isEqualTo(recorded);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "guest-components/confidential-data-hub/hub/src/image/test/v1.json, kbs:///kbs:///default/key/1",
    "guest-components/ocicrypt-rs/data/sample_kbc_annotation.json, kbs:///default/key/1"
  })
  void recorded_packets_of_version_1_are_read(String file, String kid) throws Exception {
    assertThat(AgentPacket.parse(read(file)).orThrow().kid()).isEqualTo(kid);
  }

  @ParameterizedTest
  @CsvSource({
    "public_key.pem, private_key.pem",
    "public_key.pem, private_key.der",
    "public_key.pem, private_key8.pem",
    "public_key.pem, private_key8.der",
    "public_certificate.pem, private_key.pem",
    "certificate.pem, certificate_key.pem",
    "RSA_public.jwk, RSA_private.jwk",
    "public_key_ec.der, private_key_ec.der"
  })
  void recorded_keys_of_every_form_seal_and_open(String publicKey, String privateKey)
      throws Exception {
    Jwk recipient = KeyFile.publicKey(read(KEYS + publicKey)).orThrow();
    try (var file = Secret.moveFrom(read(KEYS + privateKey));
        var none = Secret.moveFrom(new byte[0])) {
      Jwk own = KeyFile.privateKey(file, none).orThrow();
      byte[] plain = Layers.random(5000);
      assertThat(
              Layers.open(Layers.seal(plain, new JweWrap(recipient)), new JweUnwrap(own)).orThrow())
          .isEqualTo(plain);
      assertThat(new JweWrap(own).recipient()).isEqualTo(new JweWrap(recipient).recipient());
    }
  }

  @Test
  void every_public_file_is_no_private_key() throws Exception {
    for (String name :
        List.of(
            "public_key.pem",
            "RSA_public.jwk",
            "certificate.pem",
            "public_key_ec.der",
            "private_csr.csr"))
      try (var file = Secret.moveFrom(read(KEYS + name));
          var none = Secret.moveFrom(new byte[0])) {
        assertThat(Layers.codes(KeyFile.privateKey(file, none))).containsExactly("image-key-file");
      }
  }
}
