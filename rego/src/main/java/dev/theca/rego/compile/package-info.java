/**
 * From trees to plans, in the order of the reference compiler's stages, because the order decides
 * which policies are refused and what a condition means: names are resolved, local variables get
 * names of their own, nested calls become steps, rules are checked, bodies are put into an order in
 * which every variable has a value before it is needed.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.compile;
