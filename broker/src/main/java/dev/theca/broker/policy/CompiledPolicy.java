package dev.theca.broker.policy;

import dev.theca.rego.Query;
import java.util.Optional;

/**
 * A policy that is ready to run.
 *
 * @param decision what it is asked for: trust claims, or whether a resource opens
 * @param extensions what else it says about evidence, where it has that rule
 */
record CompiledPolicy(String text, String syntax, Query decision, Optional<Query> extensions) {}
