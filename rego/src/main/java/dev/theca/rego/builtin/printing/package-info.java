/** Texts made from values the way Go's formatted printing and its templates make them. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.builtin.printing;
