package dev.theca.image.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.Layers.Layer;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OcicryptTest {
  private static final Jwk ANN = Jwk.generate("P-256");
  private static final Jwk BOB = Jwk.generate("P-521");
  private static final byte[] PLAIN = Layers.random(300_001);

  private static Layer sealed() {
    return Layers.seal(PLAIN, new JweWrap(ANN));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_sealed_layer_opens_for_its_recipient() {
    var layer = Layers.seal(PLAIN, new JweWrap(ANN));
    assertThat(layer.descriptor().mediaType()).isEqualTo(Layers.GZIP + "+encrypted");
    assertThat(layer.descriptor().digest()).isEqualTo(Digest.sha256(layer.bytes()));
    assertThat(layer.descriptor().size()).isEqualTo(PLAIN.length);
    assertThat(layer.bytes()).isNotEqualTo(PLAIN);
    assertThat(Layers.open(layer, new JweUnwrap(ANN)).orThrow()).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 1023, 1024, 1025, 131_072, 1_000_000})
  void layers_of_any_size_come_back(int size) {
    byte[] plain = Layers.random(size);
    var layer = Layers.seal(plain, new JweWrap(ANN));
    assertThat(Layers.open(layer, new JweUnwrap(ANN)).orThrow()).isEqualTo(plain);
  }

  @Test
  void two_layers_never_share_key_and_nonce() {
    assertThat(sealed().bytes()).isNotEqualTo(sealed().bytes());
  }

  @Test
  void a_strangers_key_opens_nothing_and_every_try_is_told() {
    var layer = Layers.seal(PLAIN, new JweWrap(ANN), new JweWrap(ANN));
    var refused = Layers.open(layer, new JweUnwrap(BOB));
    assertThat(Layers.codes(refused)).containsExactly("image-key", "bad-jwe");
    assertThat(Layers.reasons(refused))
        .extracting(r -> r.what())
        .anyMatch(w -> w.contains("jwe[0]"))
        .anyMatch(w -> w.contains("jwe[1]"));
  }

  @Test
  void recipients_come_and_go_without_new_ciphertext() {
    var first = sealed();
    var both =
        LayerRecipients.add(
                first.descriptor(), List.of(new JweUnwrap(ANN)), List.of(new JweWrap(BOB)))
            .orThrow();
    assertThat(both.digest()).isEqualTo(first.descriptor().digest());
    var packets = KeyPacket.of(both.annotations()).orThrow();
    assertThat(packets).hasSize(2);
    for (Jwk key : List.of(ANN, BOB))
      assertThat(Layers.open(first.with(both), new JweUnwrap(key)).orThrow()).isEqualTo(PLAIN);
    var only = LayerRecipients.remove(both, List.of(packets.getFirst())).orThrow();
    assertThat(Layers.codes(Layers.open(first.with(only), new JweUnwrap(ANN))))
        .contains("image-key");
    assertThat(Layers.open(first.with(only), new JweUnwrap(BOB)).orThrow()).isEqualTo(PLAIN);
    assertThat(
            Layers.codes(LayerRecipients.remove(only, KeyPacket.of(only.annotations()).orThrow())))
        .containsExactly("image-recipient");
    assertThat(Layers.codes(LayerRecipients.remove(only, packets)))
        .containsExactly("image-recipient");
    assertThat(
            Layers.codes(
                LayerRecipients.add(only, List.of(new JweUnwrap(ANN)), List.of(new JweWrap(ANN)))))
        .contains("image-key");
  }

  @Test
  void a_decrypted_layer_has_its_first_descriptor_again() {
    var plain = new Descriptor(Layers.GZIP, Digest.sha256(PLAIN), PLAIN.length, Map.of("a", "b"));
    byte[] bytes = PLAIN.clone();
    try (var sealing = new LayerSealer(List.of(new JweWrap(ANN))).begin(plain).orThrow()) {
      sealing.update(bytes, 0, bytes.length);
      var sealed = sealing.finish().orThrow().descriptor();
      assertThat(sealed.annotations()).containsEntry("a", "b").hasSize(3);
      assertThat(OcicryptOpener.decrypted(sealed, Digest.sha256(PLAIN)).orThrow()).isEqualTo(plain);
    }
  }

  @Test
  void a_layer_that_is_not_what_its_descriptor_says_is_not_sealed() {
    var plain = new Descriptor(Layers.GZIP, Digest.sha256(PLAIN), PLAIN.length, Map.of());
    byte[] other = Layers.random(PLAIN.length - 1);
    try (var sealing = new LayerSealer(List.of(new JweWrap(ANN))).begin(plain).orThrow()) {
      sealing.update(other, 0, other.length);
      assertThat(Layers.codes(sealing.finish())).containsExactly("image-altered-layer");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 150_000, 300_000})
  void a_flipped_ciphertext_bit_is_refused(int at) {
    var layer = sealed();
    layer.bytes()[at] ^= 4;
    assertThat(Layers.codes(Layers.open(layer, new JweUnwrap(ANN))))
        .containsExactly("image-altered-layer");
  }

  @Test
  void a_truncated_or_longer_layer_is_refused() {
    var layer = sealed();
    for (int size : new int[] {PLAIN.length - 1, PLAIN.length + 1, 0}) {
      var cut = new Layer(layer.descriptor(), java.util.Arrays.copyOf(layer.bytes(), size));
      assertThat(Layers.codes(Layers.open(cut, new JweUnwrap(ANN))))
          .containsExactly("image-altered-layer");
    }
  }

  @Test
  void another_hmac_is_refused() {
    var layer = sealed().with(Annotations.PUBLIC_OPTIONS, PublicOptions.write(new byte[32]));
    assertThat(Layers.codes(Layers.open(layer, new JweUnwrap(ANN))))
        .containsExactly("image-altered-layer");
  }

  @Test
  void a_public_nonce_is_not_obeyed() {
    var layer = sealed();
    var shown = shown(layer);
    String other = text(shown, "{\"nonce\":\"" + "A".repeat(22) + "==\"}");
    var refused =
        Layers.open(layer.with(Annotations.PUBLIC_OPTIONS, base64(other)), new JweUnwrap(ANN));
    assertThat(Layers.codes(refused)).containsExactly("image-crypt-options");
    String broken = text(shown, "{\"nonce\":\"AAAA\"}");
    assertThat(
            Layers.codes(
                Layers.open(
                    layer.with(Annotations.PUBLIC_OPTIONS, base64(broken)), new JweUnwrap(ANN))))
        .containsExactly("image-crypt-options");
  }

  private static JsonObject shown(Layer layer) {
    return Json.object(
            Base64.getDecoder()
                .decode(layer.descriptor().annotations().get(Annotations.PUBLIC_OPTIONS)))
        .orThrow();
  }

  private static String text(JsonObject shown, String cipherOptions) {
    return "{\"cipher\":\"AES_256_CTR_HMAC_SHA256\",\"hmac\":\""
        + shown.string("hmac").orElseThrow()
        + "\",\"cipheroptions\":"
        + cipherOptions
        + "}";
  }

  @Test
  void null_cipher_options_are_none() {
    var layer = sealed();
    String none = base64(text(shown(layer), "null"));
    assertThat(
            Layers.open(layer.with(Annotations.PUBLIC_OPTIONS, none), new JweUnwrap(ANN)).orThrow())
        .isEqualTo(PLAIN);
  }

  @Test
  void a_packet_of_another_layer_opens_nothing() {
    var layer = sealed();
    var other = Layers.seal(Layers.random(10), new JweWrap(ANN));
    var swapped =
        layer.with(Annotations.JWE, other.descriptor().annotations().get(Annotations.JWE));
    assertThat(Layers.codes(Layers.open(swapped, new JweUnwrap(ANN))))
        .containsExactly("image-altered-layer");
  }

  /** Rewrites the private options, as somebody does who has a recipient's public key. */
  private static Outcome<byte[]> openedWith(String privateOptions) {
    KeyUnwrap fixed =
        new KeyUnwrap() {
          @Override
          public boolean reads(String annotation) {
            return true;
          }

          @Override
          public Outcome<Secret> unwrap(String annotation, byte[] packet) {
            return Outcome.granted(
                Secret.moveFrom(privateOptions.getBytes(StandardCharsets.UTF_8)));
          }
        };
    return Layers.open(sealed(), fixed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"symkey\":\"AAAA\"}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"cipheroptions\":{}}",
        "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"digest\":\"md5:00\"}"
      })
  void private_options_that_are_none_are_refused(String options) {
    assertThat(Layers.codes(openedWith(options))).startsWith("image-key");
  }

  @Test
  void private_options_of_5_000_bytes_are_refused() {
    assertThat(Layers.codes(openedWith("{\"a\":\"" + "x".repeat(5000) + "\"}")))
        .containsExactly("image-key", "image-crypt-options");
  }

  @Test
  void ten_thousand_packets_are_refused_before_the_first_try() {
    var layer = sealed().with(Annotations.JWE, "e30=,".repeat(10_000) + "e30=");
    KeyUnwrap never =
        new KeyUnwrap() {
          @Override
          public boolean reads(String annotation) {
            throw new AssertionError("tried");
          }

          @Override
          public Outcome<Secret> unwrap(String annotation, byte[] packet) {
            throw new AssertionError("tried");
          }
        };
    assertThat(Layers.codes(Layers.open(layer, never))).containsExactly("image-key-packet");
  }

  @Test
  void a_huge_packet_and_huge_public_options_are_refused() {
    assertThat(
            Layers.codes(
                Layers.open(
                    sealed().with(Annotations.JWE, "A".repeat(1 << 20)), new JweUnwrap(ANN))))
        .containsExactly("image-key-packet");
    assertThat(
            Layers.codes(
                Layers.open(
                    sealed().with(Annotations.PUBLIC_OPTIONS, "A".repeat(1 << 20)),
                    new JweUnwrap(ANN))))
        .containsExactly("image-crypt-options");
  }

  @Test
  void an_undecodable_packet_does_not_hide_a_good_one() {
    var layer = sealed();
    String good = layer.descriptor().annotations().get(Annotations.JWE);
    for (String bad : List.of("!!", "", base64("{}"), base64("no json")))
      assertThat(
              Layers.open(layer.with(Annotations.JWE, bad + "," + good), new JweUnwrap(ANN))
                  .orThrow())
          .isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+bzip2",
        ""
      })
  void what_is_no_plain_layer_is_not_encrypted(String type) {
    assertThat(Layers.codes(new LayerSealer(List.of(new JweWrap(ANN))).begin(type)))
        .containsExactly("image-crypt-options");
  }

  @Test
  void layer_types_of_docker_become_those_of_oci() {
    assertThat(LayerTypes.encrypted("application/vnd.docker.image.rootfs.diff.tar.gzip").orThrow())
        .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
    assertThat(LayerTypes.encrypted("application/vnd.oci.image.layer.v1.tar+zstd").orThrow())
        .isEqualTo("application/vnd.oci.image.layer.v1.tar+zstd+encrypted");
    assertThat(
            LayerTypes.decrypted(
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+encrypted")
                .orThrow())
        .isEqualTo("application/vnd.oci.image.layer.nondistributable.v1.tar");
    assertThat(
            LayerTypes.decrypted("application/vnd.docker.image.rootfs.diff.tar.gzip+encrypted")
                .orThrow())
        .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
  }
}
