package dev.theca.wire.http2;

/** One header field; bytes are kept as ISO 8859-1. */
public record Field(String name, String value) {
  /** What it counts for in tables and limits (RFC 7541 §4.1). */
  int size() {
    return name.length() + value.length() + 32;
  }
}
