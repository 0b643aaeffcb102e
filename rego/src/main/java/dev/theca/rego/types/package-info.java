/**
 * What terms can be, as far as it is known before anything runs; only what can never fit is
 * refused.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.types;
