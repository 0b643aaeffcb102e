package dev.theca.agent;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.sealfs.SealfsException;
import dev.theca.wire.Code;
import dev.theca.wire.Refusal;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.io.IOException;

/**
 * What went wrong while a container was prepared, in words that somebody can act on. Faults are of
 * the surroundings (broker, registry, disk), so they reach the host as they are; no secret is in
 * their texts.
 */
final class Faults {
  private static final String UNEXPECTED = "agent-fault";

  private Faults() {}

  /** Whether nobody thought of it: then its stack is worth a look. */
  static boolean isUnexpected(Refusal refusal) {
    return refusal.code().id().equals(UNEXPECTED);
  }

  static Refusal cancelled(PrepareRequest request, Job job) {
    return new Refusal(
        Code.of("prepare-cancelled"),
        "preparation of container " + request.containerId(),
        "to go on",
        "cancelled " + job.watched(),
        "nothing is to be done; start the container again if that was not meant");
  }

  static Refusal of(RuntimeException fault, PrepareRequest request, Job job) {
    if (noSpace(fault))
      return new Refusal(
          Code.of("host-disk-full"),
          "disk under the container's volume",
          "room for the sealed image",
          "no space left, " + job.watched(),
          "free space below the node's state folder; the runtime tries again");
    return switch (fault) {
      case ImageException e ->
          new Refusal(
              Code.of("image-registry-unreachable"),
              "registry of " + request.image(),
              "an answer",
              text(e),
              "check that the pod reaches "
                  + registry(request.image())
                  + "; the runtime tries"
                  + " again");
      case SealfsException e ->
          new Refusal(
              Code.of("host-disk-fault"),
              "disk under the container's volume",
              "writable",
              text(e),
              "look at the node's disk and its log");
      case AgentFault e ->
          new Refusal(
              Code.of("kbs-unreachable"),
              "broker",
              "an answer",
              text(e),
              "check kbs_url in the init data, and that the pod reaches it; the runtime tries"
                  + " again");
      default ->
          new Refusal(
              Code.of(UNEXPECTED),
              "stage " + job.stage().text() + " of the agent",
              "to work",
              text(fault),
              "look at the agent's log, agent.log in the pod's folder");
    };
  }

  private static boolean noSpace(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SealfsException sealfs && sealfs.isNoSpace()) return true;
      if (cause instanceof IOException && text(cause).contains("No space left on device"))
        return true;
    }
    return false;
  }

  private static String registry(String image) {
    var ref = ImageRef.parse(image);
    return ref.isGranted() ? ref.orThrow().registry() : "it";
  }

  private static String text(Throwable fault) {
    String message = fault.getMessage();
    return message == null ? fault.getClass().getSimpleName() : message.replace('\n', ' ');
  }
}
