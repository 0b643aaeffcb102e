package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.kit.HostileRegistry;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.kit.Tricks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that lies gets a refusal, and leaves nothing behind. */
class HostilePlacesTest {
  @TempDir Path folder;
  private HostileRegistry registry;
  private MadeImage honest;

  @BeforeEach
  void serve() throws IOException {
    registry = HostileRegistry.start();
    honest = new ImageMaker().layer(Owner.layer("file", "honest")).make();
    registry.image("a/app", "1", honest);
  }

  @AfterEach
  void end() throws IOException {
    registry.close();
  }

  private Ran image(String... arguments) {
    var all = new ArrayList<>(List.of("image"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--no-creds", "--insecure-registry", registry.address()));
    return Ran.theca(all.toArray(String[]::new));
  }

  private String name() {
    return registry.address() + "/a/app:1";
  }

  private List<Path> left() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void a_flipped_bit_in_a_layer_leaves_no_tree() throws IOException {
    String layer = honest.layerDigests().getFirst();
    registry.when("GET", ".*/blobs/" + layer, Tricks.flippedBit());
    var ran = image("unpack", name(), folder.resolve("tree") + "", "--insecure-unsigned");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(left()).isEmpty();
  }

  @Test
  void a_flipped_bit_in_a_layer_gives_a_pulled_image_no_name() throws IOException {
    String layer = honest.layerDigests().getFirst();
    registry.when("GET", ".*/blobs/" + layer, Tricks.flippedBit());
    var ran = image("pull", name(), "oci:" + folder.resolve("app"), "--insecure-unsigned");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(folder.resolve("app/index.json")).content().doesNotContain(honest.digest().hex());
    assertThat(folder.resolve("app/blobs/sha256").resolve(layer.substring(7))).doesNotExist();
  }

  @Test
  void the_image_that_was_judged_is_the_one_that_is_copied() {
    var other = new ImageMaker().layer(Owner.layer("file", "other")).make();
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    registry.when(
        seen ->
            seen.method().equals("GET")
                && seen.path().endsWith("/manifests/1")
                && asked.incrementAndGet() > 1,
        Tricks.manifest(other.mediaType(), other.manifest()));
    var ran =
        image("pull", name(), "oci:" + folder.resolve("app"), "--insecure-unsigned", "--json");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.json().string("digest")).contains(honest.digest().toString());
    assertThat(asked).hasValue(1);
  }

  @Test
  void a_path_out_of_the_tree_is_refused_by_name() throws IOException {
    var escaping =
        new ImageMaker()
            .layer(new TarMaker().symlink("out", "..").file("out/../../escaped", "x").end())
            .make();
    registry.image("a/app", "1", escaping);
    var ran = image("unpack", name(), folder.resolve("tree") + "", "--insecure-unsigned");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains("out/../../escaped");
    assertThat(left()).isEmpty();
  }
}
