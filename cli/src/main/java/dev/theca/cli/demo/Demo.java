package dev.theca.cli.demo;

import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca demo}: the main job on this machine, with proofs and refusals. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Seals an image, runs it as a confidential pod on stock containerd, proves what is promised,"
          + " and shows the refusals.",
      "Needs root (asks sudo) and keeps to /var/lib/theca-demo and /run/theca-demo.",
      "",
      "Example: ./theca demo --json >facts.json"
    })
public final class Demo implements Callable<Integer> {
  @Option(
      names = "--containerd",
      paramLabel = "DIR",
      description = "use the containerd in this folder instead of the installed one (1.6 and 2.x)")
  private @Nullable Path containerd;

  @Option(
      names = "--image",
      paramLabel = "REF",
      description =
          "seal this image instead of Redis: a registry reference, oci:DIR[:TAG] or"
              + " docker-archive:FILE")
  private @Nullable String image;

  @Option(names = "--keep", description = "leave the sealed pod running and say how to look around")
  private boolean keep;

  @Option(names = "--json", description = "write stages and facts as JSON to standard output")
  private boolean json;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "theca-demo",
      description = "name of the state and run folders (default: ${DEFAULT-VALUE})")
  private String name = "theca-demo";

  /** For the command line. */
  public Demo() {}

  @Override
  public Integer call() {
    if (!Root.is()) return Root.again();
    var out = new PrintStream(json ? System.err : System.out, true, StandardCharsets.UTF_8);
    if (!Layout.isName(name)) {
      out.println("--name takes up to 32 lower-case letters, digits and hyphens");
      return 64;
    }
    int ready = Requirements.settle(containerd, image == null, out);
    if (ready != 0) return ready;
    Down.clear(Layout.named(name), out);
    var stages = new Stages(out);
    var facts = new Facts();
    var world = new World(Layout.named(name).create(), Dist.here());
    boolean held = false;
    var interrupted = new Thread(() -> finish(world, false, out)); // control-C ends what we started
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      play(world, stages, facts);
      held = true;
    } catch (PromiseBroken e) {
      out.println("\nBROKEN  " + e.getMessage());
    } catch (GrpcException e) {
      out.println("\nFAILED  the container runtime says: " + e.words());
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      out.println("\nFAILED  " + e.getMessage());
      if (System.getenv("THECA_DEBUG") != null) e.printStackTrace(out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (unhook(interrupted) && (!keep || !held)) finish(world, held, out);
    }
    if (json) System.out.println(Json.pretty(report(held, stages, facts)));
    if (held) out.println("\nEvery promise held.");
    return held ? 0 : 1;
  }

  private void play(World world, Stages stages, Facts facts) throws InterruptedException {
    try (var stage = Stage.set(world, stages, facts, containerd, image)) {
      var running = new Proofs(stage).run();
      if (keep) {
        stages.chapter("Left running");
        stage.howToLook(running);
        return;
      }
      new Proofs(stage).end(running);
      if (stage.redis) new Keeping(stage).run();
      new Refusals(stage).run();
      new Proofs(stage).control();
    }
  }

  /** False when the hook is running already. */
  private static boolean unhook(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static void finish(World world, boolean held, PrintStream out) {
    List<String> killed = world.end();
    if (!killed.isEmpty()) out.println("did not end by themselves: " + killed);
    Leftovers.removeContainers(world.layout);
    if (held) {
      Leftovers.remove(world.layout.run(), world.layout.state());
    } else {
      for (String mount : Leftovers.mounts(world.layout.run(), world.layout.state()))
        Commands.run("umount", "-l", mount);
      out.println("logs are in " + world.layout.logs() + " ('theca down' removes them)");
    }
  }

  private JsonObject report(boolean held, Stages stages, Facts facts) {
    return JsonObject.builder()
        .put("held", held)
        .put("stages", stages.json())
        .put("facts", facts.json())
        .build();
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
