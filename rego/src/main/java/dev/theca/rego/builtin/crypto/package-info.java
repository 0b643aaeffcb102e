/** Digests, certificates, keys and signed tokens, judged with what the JDK carries. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.builtin.crypto;
