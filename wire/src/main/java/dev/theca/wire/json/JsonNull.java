package dev.theca.wire.json;

/** JSON's {@code null}. */
public record JsonNull() implements JsonValue {}
