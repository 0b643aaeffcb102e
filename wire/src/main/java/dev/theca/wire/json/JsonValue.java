package dev.theca.wire.json;

/**
 * A JSON value (RFC 8259) as it was read: member order and number literals are kept, duplicates
 * cannot exist.
 */
public sealed interface JsonValue
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBool, JsonNull {}
