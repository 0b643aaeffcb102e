package dev.theca.wire.json;

/** {@code true} or {@code false}. */
public record JsonBool(boolean value) implements JsonValue {}
