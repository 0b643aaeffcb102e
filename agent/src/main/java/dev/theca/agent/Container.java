package dev.theca.agent;

import dev.theca.enclave.handover.Payload;
import dev.theca.wire.nodeagent.ExecUser;
import java.util.Optional;

/** A prepared container: what it will be granted, once, and what may be done to it later. */
final class Container {
  private final WorkloadPolicy.Image rules;
  private final ExecUser user;
  private Optional<Payload> payload;

  Container(WorkloadPolicy.Image rules, Payload payload) {
    var process = payload.process();
    this.rules = rules;
    this.user = new ExecUser(process.uid(), process.gid(), process.groups());
    this.payload = Optional.of(payload);
  }

  WorkloadPolicy.Image rules() {
    return rules;
  }

  ExecUser user() {
    return user;
  }

  /** The payload, for the first who asks. */
  synchronized Optional<Payload> take() {
    var taken = payload;
    payload = Optional.empty();
    return taken;
  }

  synchronized void forget() {
    payload.ifPresent(Payload::close);
    payload = Optional.empty();
  }
}
