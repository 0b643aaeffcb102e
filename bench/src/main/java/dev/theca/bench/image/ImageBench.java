package dev.theca.bench.image;

import dev.theca.bench.UnpackBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Images between registry and tree, side by side with skopeo and umoci on one registry of this
 * machine. Every run is a process of its own, start-up included; see {@link Choice} for what can be
 * left out.
 */
public final class ImageBench {
  private static final double UNPACK_ONE = 0.8;
  private static final double UNPACK_MANY = 0.5;
  private static final double SEAL = 0.5;
  private static final double AS_GOOD = 1;
  private static final int PIPE_MEGABYTES = 100;

  private final Path root;
  private final Path work;
  private final Choice choice;
  private final Child child;

  public ImageBench(Path root, Path work, String options) {
    this.root = root;
    this.work = work;
    this.choice = Choice.parse(options);
    this.child = new Child(work, Map.of("THECA_JAVA_HOME", System.getProperty("java.home", "")));
  }

  public void run(int rounds) throws Exception {
    Files.createDirectories(work);
    var keys = Keys.make(work);
    var _ = child.run(List.of(root.resolve("theca").toString(), "image", "--help")); // its archive
    if (choice.has("pipe")) pipe(rounds);
    if (choice.has("blob")) blobs(rounds);
    if (!choice.has("unpack") && !choice.has("volume") && !choice.has("seal")) return;
    try (var server = server()) {
      var layouts = new HashMap<String, Path>();
      var sealing = new Sealing(root, server.address(), keys, child);
      var unpacking = new Unpacking(work, root, keys, child);
      for (var kind : choice.kinds()) {
        String plain = server.address() + "/" + kind.name() + ":1";
        String encrypted = server.address() + "/" + kind.name() + "-sealed:1";
        if (!layouts.containsKey(kind.name()))
          layouts.put(kind.name(), pushed(server, sealing, kind, plain, encrypted));
        String image = kind.encrypted() ? encrypted : plain;
        Path layout = layouts.get(kind.name());
        if (choice.has("unpack")) unpack(server, unpacking, kind, image, layout).run(rounds);
        unpacking.tidy();
        if (choice.has("volume")) volume(unpacking, kind, image).run(rounds);
        unpacking.tidy();
        if (choice.has("seal") && !kind.encrypted()) seal(sealing, kind, plain).run(rounds);
      }
    }
  }

  private Server server() throws Exception {
    Path folder = work.resolve("registry");
    return choice.registry().equals("docker-registry")
        ? Server.docker(folder)
        : Server.ours(root.resolve("theca"), folder);
  }

  private Path pushed(
      Server server, Sealing sealing, Choice.Kind kind, String plain, String encrypted)
      throws Exception {
    Path layout = Layouts.make(work.resolve(kind.name()), kind, choice.megabytes());
    var _ =
        child.run(
            List.of(
                root.resolve("theca").toString(),
                "image",
                "copy",
                "--insecure-registry",
                server.address(),
                "oci:" + layout + ":1",
                plain));
    var _ = sealing.ours(plain, encrypted);
    return layout;
  }

  private Contest unpack(
      Server server, Unpacking unpacking, Choice.Kind kind, String image, Path layout) {
    boolean gzip = kind.compression().equals("gzip");
    double goal = kind.layers() == 1 ? UNPACK_ONE : UNPACK_MANY;
    return new Contest("into a directory: " + kind, choice.megabytes(), goal)
        .add(
            "theca image unpack",
            () -> unpacking.intoDirectory(server.address(), image, kind.encrypted()))
        .add(
            (gzip ? "gzip -dc" : "zstd -dc") + " of each layer, thrown away",
            () -> unpacking.bare(layout, kind.compression()))
        .add(
            gzip ? "skopeo copy, umoci unpack" : "skopeo copy, zstd -dc | tar -x",
            () -> unpacking.theirs(image, kind.compression(), kind.encrypted()));
  }

  private Contest volume(Unpacking unpacking, Choice.Kind kind, String image) {
    boolean gzip = kind.compression().equals("gzip");
    double goal = kind.layers() == 1 ? UNPACK_ONE : UNPACK_MANY;
    return new Contest("into a sealed volume: " + kind, choice.megabytes(), goal)
        .add("as the agent does", () -> unpacking.intoVolume(image, kind.encrypted()))
        .add(
            "into plain files: " + (gzip ? "skopeo, umoci" : "skopeo, zstd | tar"),
            () -> unpacking.theirs(image, kind.compression(), kind.encrypted()));
  }

  private Contest seal(Sealing sealing, Choice.Kind kind, String image) {
    return new Contest("sealing: " + kind, choice.megabytes(), SEAL)
        .add("theca image encrypt", () -> sealing.ours(image, sealing.fresh()))
        .add("skopeo copy --encryption-key", () -> sealing.theirs(image, sealing.fresh()));
  }

  private void blobs(int rounds) throws Exception {
    var blobs = new Blobs(work, choice.megabytes(), child);
    try (var ours = Server.ours(root.resolve("theca"), work.resolve("ours"));
        var docker = Server.docker(work.resolve("docker"))) {
      var push = new Contest("push of one blob by curl", choice.megabytes(), AS_GOOD);
      push.add(
          "theca registry serve",
          () -> {
            blobs.change();
            return blobs.push(ours);
          });
      push.add("docker-registry", () -> blobs.push(docker));
      push.run(rounds);
      new Contest("pull of one blob by curl", choice.megabytes(), AS_GOOD)
          .add("theca registry serve", () -> blobs.pull(ours))
          .add("docker-registry", () -> blobs.pull(docker))
          .run(rounds);
    }
    Unpacking.delete(work.resolve("ours"));
    Unpacking.delete(work.resolve("docker"));
  }

  /** Warm, in memory, in one process: what the pipe costs beside its decompressor. */
  private void pipe(int rounds) throws Exception {
    int megabytes = Math.min(PIPE_MEGABYTES, choice.megabytes());
    System.out.println("\na layer's whole way against its decompressor, warm, best of rounds");
    Path trees = Files.createDirectories(work.resolve("trees"));
    UnpackBench.main(new String[] {megabytes + "", 2 * rounds + "", trees.toString()});
  }
}
