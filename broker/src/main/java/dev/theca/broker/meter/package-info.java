/** What the broker tells about itself: Prometheus text, OpenTelemetry. */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.meter;
