package dev.theca.cli.cri;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri runp}. */
@Command(
    name = "runp",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Starts a sandbox and prints its id.",
      "",
      "Examples:",
      "  theca cri runp --handler theca --pod-name web",
      "  theca cri runp --host-network --pod-config pod.json"
    })
final class RunPodCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private PodOptions pod = new PodOptions();

  @Override
  public Integer call() {
    return talk.run(cri -> talk.made("pod", cri.runPod(pod.config(), pod.handler())));
  }
}
