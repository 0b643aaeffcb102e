package dev.theca.broker.policy;

import dev.theca.wire.json.JsonObject;

/** The version of a policy that judges now, ready to run. */
public final class PolicyInForce {
  private final PolicyId id;
  private final long number;
  private final String sha256;
  private final CompiledPolicy compiled;

  PolicyInForce(PolicyId id, long number, String sha256, CompiledPolicy compiled) {
    this.id = id;
    this.number = number;
    this.sha256 = sha256;
    this.compiled = compiled;
  }

  /** Its name. */
  public PolicyId id() {
    return id;
  }

  /** Its number; 0 for the text that came with the broker, -1 for one that is only tried. */
  public long number() {
    return number;
  }

  CompiledPolicy compiled() {
    return compiled;
  }

  /** For the audit trail. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("id", id.toString())
        .put("version", number)
        .put("sha256", sha256)
        .build();
  }
}
