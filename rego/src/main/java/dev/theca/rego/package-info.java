/**
 * The policy language Rego (Open Policy Agent), in Java: compiled once, evaluated any number of
 * times by any number of threads, with counted work. Nothing here opens a file or a socket, reads a
 * clock or knows chance.
 *
 * <pre>{@code
 * var module = PolicyParser.module("release.rego", text, PolicyParser.Syntax.V1).orThrow();
 * var policy = Policies.compile(List.of(module), Setup.plain()).orThrow();
 * var query = policy.query("data.release.allow").orThrow();
 * boolean allowed = query.evaluate(Given.nothing().withInput(input)).orThrow().isTrue();
 * }</pre>
 *
 * A host adds functions of its own with {@link dev.theca.rego.Setup#withFunctions}, and the engines
 * for regular expressions and YAML, which this room does not carry. {@link
 * dev.theca.rego.Query#explain} says which rule and which condition decided.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.rego;
