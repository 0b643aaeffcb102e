package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Somebody with a folder, a registry on loopback, and {@code theca image}. */
final class Owner implements AutoCloseable {
  final Path folder;
  final Registry registry;

  Owner(Path folder) throws IOException {
    this.folder = folder;
    this.registry =
        Registry.start(
                RegistrySettings.of(folder.resolve("registry")).withListen("127.0.0.1:0"),
                InstantSource.system())
            .orThrow();
  }

  /** A name in the registry. */
  String name(String rest) {
    try {
      return registry.address() + "/" + rest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  /** {@code theca image}, which may ask the registry without TLS, and takes no logins. */
  Ran image(String... arguments) {
    return imageWith("", arguments);
  }

  Ran imageWith(String input, String... arguments) {
    var all = new ArrayList<>(List.of("image"));
    all.addAll(List.of(arguments));
    if (!arguments[0].equals("keygen"))
      all.addAll(List.of("--insecure-registry", name("").replace("/", ""), "--no-creds"));
    return Ran.thecaWith(input, all.toArray(String[]::new));
  }

  /** The same, and it must do what it is told. */
  Ran does(String... arguments) {
    var ran = image(arguments);
    assertThat(ran.exitCode()).as(List.of(arguments) + "\n" + ran.out() + ran.err()).isZero();
    return ran;
  }

  JsonObject json(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return does(all.toArray(String[]::new)).json();
  }

  static byte[] layer(String name, String content) {
    return new TarMaker()
        .directory("etc/")
        .next(h -> h.mode(0640).owner(7, 8))
        .file("etc/" + name, content)
        .end();
  }

  /** An image of three layers, as a layout with a tag. */
  MadeImage layout(String folderName, String tag, String last) throws IOException {
    var made =
        new ImageMaker()
            .layer(layer("one", "1"))
            .layer(layer("two", "2"))
            .layer(new TarMaker().file("last", last).symlink("link", "etc/one").end())
            .make();
    made.writeLayout(folder.resolve(folderName), tag);
    return made;
  }

  /** What {@code docker save} writes (docker image spec v1.2, "Combined Image JSON"). */
  void archive(String name, String tag, String content) throws IOException {
    byte[] layer = layer("motd", content);
    byte[] config =
        Json.write(
            JsonObject.builder()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put("config", JsonObject.builder().put("Cmd", JsonArray.of("/bin/app")).build())
                .put(
                    "rootfs",
                    JsonObject.builder()
                        .put("type", "layers")
                        .put("diff_ids", JsonArray.of(Digest.sha256(layer).toString()))
                        .build())
                .build());
    String configName = Digest.sha256(config).hex() + ".json";
    byte[] manifest =
        Json.write(
            JsonArray.of(
                JsonObject.builder()
                    .put("Config", configName)
                    .put("RepoTags", JsonArray.of(tag))
                    .put("Layers", JsonArray.of("0/layer.tar"))
                    .build()));
    Files.write(
        folder.resolve(name),
        new TarMaker()
            .file(configName, config)
            .directory("0/")
            .file("0/layer.tar", layer)
            .file("manifest.json", manifest)
            .end());
  }

  @Override
  public void close() throws IOException {
    registry.close();
  }
}
