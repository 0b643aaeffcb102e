package dev.theca.agent;

import dev.theca.enclave.handover.HandoverCode;
import dev.theca.enclave.handover.HandoverServer;
import dev.theca.enclave.handover.Payload;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.ExecUser;
import java.util.List;
import java.util.Optional;

/** A prepared container: what it will be granted, once, and what may be done to it later. */
final class Container {
  private final ImageRules rules;
  private final ExecUser user;
  private final List<DurableVolumes.Wanted> volumes;
  private Optional<Payload> payload;

  /** Payload and secrets belong to it. */
  Container(ImageRules rules, Payload payload, List<DurableVolumes.Wanted> volumes) {
    var process = payload.process();
    this.rules = rules;
    this.user = new ExecUser(process.uid(), process.gid(), process.groups());
    this.payload = Optional.of(payload);
    this.volumes = List.copyOf(volumes);
  }

  ImageRules rules() {
    return rules;
  }

  ExecUser user() {
    return user;
  }

  /** The grant, for the first who asks; a volume that is not to be had leaves it to the next. */
  synchronized Outcome<HandoverServer.Grant> grant(String id, DurableVolumes durable) {
    if (payload.isEmpty())
      return Outcome.refused(
          HandoverCode.SECOND_HANDOVER,
          "hand-over of container " + id,
          "the first",
          "one after it",
          "start a new container");
    return durable
        .lend(id, payload.get(), volumes)
        .map(
            grant -> {
              payload = Optional.empty();
              volumes.forEach(DurableVolumes.Wanted::close);
              return grant;
            });
  }

  synchronized void forget() {
    payload.ifPresent(Payload::close);
    payload = Optional.empty();
    volumes.forEach(DurableVolumes.Wanted::close);
  }
}
