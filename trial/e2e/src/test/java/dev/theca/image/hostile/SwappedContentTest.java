package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Manifest;
import dev.theca.image.crypt.Annotations;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.Tricks;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry that mixes what is genuine: layers, manifests, keys and signatures of one owner. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(120)
class SwappedContentTest {
  @Parameter Way way;
  @TempDir Path folder;
  private Siege siege;

  @BeforeEach
  void begin() throws Exception {
    siege = Siege.plain(way, folder);
  }

  @AfterEach
  void end() throws Exception {
    siege.close();
  }

  private void serves(Owner.Layer wanted, byte[] given) {
    siege.registry.content().blob(Siege.REPOSITORY, wanted.descriptor().digest().toString(), given);
  }

  private Owner.Layer foreign() {
    return siege.owner.seal("foreign", Siege.tar(3));
  }

  private int layersFetched() {
    return siege.registry.requests("GET", Siege.path(siege.lower)).size()
        + siege.registry.requests("GET", Siege.path(siege.upper)).size();
  }

  @Test
  void a_layer_of_the_same_image_in_the_place_of_another_is_refused() {
    serves(siege.lower, siege.upper.stored());
    siege.pull().is("image-layer");
  }

  @Test
  void a_layer_of_another_sealed_image_of_the_same_owner_is_refused() {
    serves(siege.upper, foreign().stored());
    siege.pull().is("image-layer");
  }

  @Test
  void a_manifest_with_its_layers_in_another_order_is_unsigned() {
    siege.tag(Owner.image(siege.upper, siege.lower)).pull().is("image-unsigned");
    assertThat(layersFetched()).isZero();
  }

  @Test
  void a_manifest_with_a_layer_of_another_sealed_image_is_unsigned() {
    siege.tag(Owner.image(siege.lower, foreign())).pull().is("image-unsigned");
  }

  @Test
  void an_image_that_the_policy_rejects_costs_no_key_and_no_layer() {
    byte[] reject = "{\"default\":[{\"type\":\"reject\"}]}".getBytes(StandardCharsets.UTF_8);
    siege.pull(":1", reject, siege.limits()).is("image-rejected");
    siege.pull(":1", new Owner().policy(siege.name()), siege.limits()).is("image-unsigned");
    siege
        .pull(":1", siege.owner.policy(siege.name() + "/other"), siege.limits())
        .is("image-rejected");
    assertThat(siege.owner.keysAsked()).isZero();
    assertThat(layersFetched()).isZero();
    String config = siege.image.blobs().keySet().iterator().next();
    assertThat(siege.registry.requests("GET", ".*/blobs/" + config)).isEmpty();
  }

  @Test
  void a_plain_layer_where_sealed_ones_are_demanded_costs_no_key() {
    byte[] tar = Siege.tar(4);
    var plain = Owner.plain(ImageMaker.TAR, tar, Digest.sha256(tar).toString());
    var mixed = Owner.image(siege.lower, plain);
    siege.tag(mixed).sign(mixed);
    siege.pull().is("image-plain").saying("layer 2");
    assertThat(siege.owner.keysAsked()).isZero();
    assertThat(layersFetched()).isZero();
  }

  @Test
  void a_signature_for_another_repository_does_not_count_here() {
    var other = Owner.image(siege.upper);
    siege.tag(other).pull().is("image-unsigned");
    siege.sign(other, siege.registry.address() + "/shop/bank");
    siege.pull().is("image-unsigned").saying("image-signature-name");
  }

  @Test
  void a_signature_of_another_image_under_the_tag_of_this_ones_does_not_count() {
    var other = Owner.image(siege.upper);
    String tag = "sha256-" + siege.image.digest().hex() + ".sig";
    byte[] signature = siege.registry.content().manifest(Siege.REPOSITORY, tag).orElseThrow();
    siege
        .registry
        .content()
        .manifest(
            Siege.REPOSITORY,
            "sha256-" + other.digest().hex() + ".sig",
            ImageMaker.MANIFEST,
            signature);
    siege.tag(other).pull().is("image-unsigned").saying("image-signature-claim");
  }

  @Test
  void a_list_of_signatures_without_end_ends_and_hides_no_good_one() {
    siege.registry.when(
        "GET",
        ".*/referrers/.*",
        (request, honest, peer) ->
            peer.send(honest.with("Link", "<" + request.target() + ">; rel=\"next\""), request));
    siege.pull().is("granted");
    assertThat(siege.registry.requests("GET", ".*/referrers/.*")).hasSize(256);
  }

  /** What no signature tells: which of two genuine images is the newer one. */
  @Test
  void an_old_signed_image_under_the_tag_is_taken_and_a_pinned_digest_is_what_prevents_it() {
    var newer = Owner.image(siege.upper);
    siege.tag(newer).sign(newer);
    siege.pull().is("granted");
    siege.tag(siege.image).pull().is("granted");
    siege.registry.when(
        "GET",
        ".*/manifests/" + newer.digest(),
        Tricks.manifest(ImageMaker.MANIFEST, siege.image.manifest()));
    siege.pull("@" + newer.digest()).is("image-manifest");
    siege.pull(":1@" + newer.digest()).is("image-manifest");
  }

  @Test
  void other_bytes_than_the_pinned_ones_are_refused_though_signed() {
    var other = Owner.image(siege.upper);
    siege.tag(other).sign(other);
    siege
        .registry
        .content()
        .reference(
            Siege.REPOSITORY,
            siege.image.digest().toString(),
            ImageMaker.MANIFEST,
            other.manifest());
    siege.pull("@" + siege.image.digest()).is("image-manifest");
  }

  private void root(String mediaType, byte[] bytes) {
    siege.registry.when(
        "GET",
        ".*/manifests/1",
        (request, honest, peer) ->
            peer.send(
                honest
                    .with("Content-Type", mediaType)
                    .with("Docker-Content-Digest", Digest.sha256(bytes).toString())
                    .withBody(bytes),
                request));
  }

  @Test
  void a_manifest_of_docker_schema_1_is_refused() {
    root(
        "application/vnd.docker.distribution.manifest.v1+json",
        """
        {"schemaVersion":1,"name":"shop/web","tag":"1","architecture":"amd64",
         "fsLayers":[{"blobSum":"%s"}],"history":[{"v1Compatibility":"{}"}]}"""
            .formatted(siege.lower.descriptor().digest())
            .getBytes(StandardCharsets.UTF_8));
    siege.pullAnything().is("image-manifest");
  }

  @Test
  void what_a_manifest_is_is_said_by_its_bytes_and_not_by_a_header() {
    root(Manifest.OCI_INDEX, siege.image.manifest());
    siege.pull().is("granted");
    root("text/html", siege.image.manifest());
    siege.pull().is("granted");
  }

  private byte[] changed(Map<String, JsonValue> more) {
    var members = new LinkedHashMap<>(Json.object(siege.image.manifest()).orThrow().members());
    members.putAll(more);
    return Json.write(new JsonObject(members));
  }

  @Test
  void a_manifest_that_calls_itself_an_index_or_is_both_is_refused() {
    root(Manifest.OCI, changed(Map.of("mediaType", new JsonString(Manifest.OCI_INDEX))));
    siege.pullAnything().is("image-manifest");
    root(Manifest.OCI, changed(Map.of("manifests", new JsonArray(List.of()))));
    siege.pullAnything().is("image-manifest");
  }

  private static byte[] index(MadeImage image, long size) {
    return """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s",\
        "size":%d,"platform":{"os":"linux","architecture":"amd64"}}]}"""
        .formatted(Manifest.OCI_INDEX, Manifest.OCI, image.digest(), size)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void an_index_where_a_manifest_was_pinned_is_refused() {
    siege.registry.when(
        "GET",
        ".*/manifests/" + siege.image.digest(),
        Tricks.manifest(Manifest.OCI_INDEX, index(siege.image, siege.image.manifest().length)));
    siege.pull("@" + siege.image.digest()).is("image-manifest");
  }

  @Test
  void an_unsigned_index_may_lead_to_the_signed_image_only() {
    root(Manifest.OCI_INDEX, index(siege.image, siege.image.manifest().length));
    siege.pull().is("granted");
    var other = Owner.image(siege.upper);
    siege.registry.image(Siege.REPOSITORY, "2", other);
    root(Manifest.OCI_INDEX, index(other, other.manifest().length));
    siege.pull().is("image-unsigned");
    root(Manifest.OCI_INDEX, index(siege.image, 7));
    siege.pull().is("image-registry-missing").saying("7 bytes");
  }

  private static Owner.Layer with(Owner.Layer layer, Owner.Layer giver, Predicate<String> names) {
    var all = new HashMap<>(layer.descriptor().annotations());
    giver
        .descriptor()
        .annotations()
        .forEach(
            (name, value) -> {
              if (names.test(name)) all.put(name, value);
            });
    return layer.with(layer.descriptor().with(layer.descriptor().mediaType(), all));
  }

  @Test
  void key_packets_of_another_layer_do_not_open_this_one() {
    Predicate<String> packets = name -> name.startsWith(Annotations.KEYS);
    siege
        .tag(
            Owner.image(
                with(siege.lower, siege.upper, packets), with(siege.upper, siege.lower, packets)))
        .pullAnything()
        .is("image-altered-layer");
    siege
        .tag(Owner.image(with(siege.lower, siege.upper, name -> true), siege.upper))
        .pullAnything()
        .is("image-altered-layer");
  }

  @Test
  void a_layer_without_its_mark_of_encryption_is_refused() {
    var bare = siege.lower.with(siege.lower.descriptor().with(ImageMaker.GZIP, Map.of()));
    siege.tag(Owner.image(bare, siege.upper)).pullAnything().is("image-plain");
  }

  @Test
  void a_layer_that_opens_to_another_archive_than_the_diff_id_is_refused() {
    byte[] gzip = ImageMaker.gzip(Siege.tar(5));
    String other = Digest.sha256(Siege.tar(6)).toString();
    var lying = siege.owner.seal("lying", ImageMaker.GZIP, gzip, other);
    var image = Owner.image(siege.lower, lying);
    siege.tag(image).sign(image);
    siege.pull().is("image-layer").saying("diff id");
  }

  @Test
  void a_configuration_with_diff_ids_of_its_own_is_refused() {
    var found =
        Map.of(
            JsonArray.of(siege.lower.diffId()), "image-manifest",
            JsonArray.of(siege.upper.diffId(), siege.lower.diffId()), "image-layer",
            JsonArray.of(siege.lower.diffId(), "sha256:zz"), "bad-digest");
    for (var ids : found.keySet()) {
      var image =
          Owner.image(
              config -> {
                config.put("rootfs", JsonObject.builder().put("diff_ids", ids).build());
                return config;
              },
              siege.lower,
              siege.upper);
      siege.tag(image).sign(image);
      siege.pull().is(found.get(ids));
    }
  }
}
