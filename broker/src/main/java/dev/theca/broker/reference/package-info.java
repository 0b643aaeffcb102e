/**
 * Reference values: what measurements are good, who said so, and until when. Messages of the
 * field's reference value provider (kbs-protocol.md, section 13), with provenance.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.reference;
