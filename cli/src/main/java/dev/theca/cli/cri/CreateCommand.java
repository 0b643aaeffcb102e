package dev.theca.cli.cri;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca cri create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Creates a container in a sandbox and prints its id; a command takes the place of the image's.",
      "",
      "Examples:",
      "  theca cri create --image registry.example/app:1 4f1c",
      "  theca cri create --image registry.example/app:1 --env A=b --memory 67108864 4f1c -- sleep 60",
      "  theca cri create --config container.json 4f1c"
    })
final class CreateCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private ContainerOptions container = new ContainerOptions();

  @Parameters(index = "0", paramLabel = "POD", description = "The id of the sandbox.")
  private String pod = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run, after --.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var sandbox = Sandboxes.config(cri, pod);
          String id = cri.createContainer(pod, container.config(command, sandbox), sandbox);
          return talk.made("container", id);
        });
  }
}
