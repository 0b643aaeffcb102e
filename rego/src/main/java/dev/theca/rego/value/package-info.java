/** Values of the policy language: immutable, ordered as the language orders them. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.value;
