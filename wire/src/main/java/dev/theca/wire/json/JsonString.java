package dev.theca.wire.json;

/** A JSON string. */
public record JsonString(String value) implements JsonValue {}
