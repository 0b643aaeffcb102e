package dev.theca.node.snapshot;

/**
 * Which image a container's snapshot came from, as the host remembers it: a hint for the agent and
 * never an identity, since images that share layers share snapshots and the first puller's labels
 * stay.
 *
 * @param reference what was pulled, or empty
 * @param manifestDigest digest of the platform's manifest, or empty
 */
public record ImageHint(String reference, String manifestDigest) {}
