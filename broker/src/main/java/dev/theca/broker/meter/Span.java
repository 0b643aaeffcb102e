package dev.theca.broker.meter;

/** A stage that is over; times are nanoseconds since 1970. */
record Span(
    String traceId,
    String spanId,
    String parentId,
    String name,
    boolean root,
    long begun,
    long ended,
    boolean failed) {}
