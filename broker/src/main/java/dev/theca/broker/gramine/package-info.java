/** Gramine's secret provisioning, so that its own clients get their secrets here. */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.gramine;
