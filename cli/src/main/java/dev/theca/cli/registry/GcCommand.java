package dev.theca.cli.registry;

import dev.theca.registry.Registry;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca registry gc}: removes what no manifest names. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = RegistryCommand.USAGE,
    description = {
      "Removes blobs that no manifest names, in a folder that no registry serves at the moment"
          + " (one that serves collects with --gc-hours).",
      "",
      "Examples:",
      "  theca registry gc --root images",
      "  theca registry gc --root images --grace-hours 0 --untagged --json"
    })
final class GcCommand implements Callable<Integer> {
  @Option(names = "--root", required = true, paramLabel = "FOLDER", description = "The folder.")
  private Path root = Path.of("");

  @Option(
      names = "--grace-hours",
      defaultValue = "24",
      paramLabel = "N",
      description = "What is younger stays (default: ${DEFAULT-VALUE}).")
  private long graceHours;

  @Option(
      names = "--untagged",
      description = "Manifests, too, that no tag, no index and no kept subject holds.")
  private boolean untagged;

  @Option(names = "--json", description = "Writes a JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (!Files.isDirectory(root) || graceHours < 0 || graceHours > 1 << 20) {
      System.err.println("--root names a folder that exists, --grace-hours a number from 0 on");
      return RegistryCommand.USAGE;
    }
    try {
      var done =
          Registry.collect(root, Duration.ofHours(graceHours), untagged, InstantSource.system());
      System.out.println(
          json
              ? Json.text(
                  JsonObject.builder()
                      .put("manifests", done.manifests())
                      .put("links", done.links())
                      .put("blobs", done.blobs())
                      .put("bytes", done.bytes())
                      .build())
              : "removed %d manifests, %d links, %d blobs, %d bytes"
                  .formatted(done.manifests(), done.links(), done.blobs(), done.bytes()));
      return 0;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return RegistryCommand.UNAVAILABLE;
    }
  }
}
