/**
 * The attestation service: verifies evidence, appraises it by policy, says why, and replays what it
 * has judged against changed policies.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.appraise;
