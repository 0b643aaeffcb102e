/** The functions of the language that need neither network nor chance. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.builtin;
