package dev.theca.broker.policy;

import dev.theca.wire.Outcome;
import java.util.Optional;

/** Where judges find the policies that are in force. */
public interface PolicySource {
  /** The policy of this name, where there is one. */
  Optional<PolicyInForce> inForce(PolicyId id);

  /** The same with one policy replaced by a text that is only tried. */
  default Outcome<PolicySource> trying(PolicyId id, String text) {
    return PolicyCompiler.compile(id, text)
        .map(
            compiled -> {
              var tried = new PolicyInForce(id, -1, Sha256.of(text), compiled);
              return asked -> asked.equals(id) ? Optional.of(tried) : inForce(asked);
            });
  }
}
