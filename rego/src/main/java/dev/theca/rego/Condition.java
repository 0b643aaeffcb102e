package dev.theca.rego;

/** A condition of a policy: where it stands, and what it says. */
public record Condition(Location at, String text) {}
