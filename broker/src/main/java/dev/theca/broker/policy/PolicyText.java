package dev.theca.broker.policy;

/** A version of a policy with its text. */
public record PolicyText(PolicyVersion version, String text) {}
