/** Times as the language writes them: layouts of a reference time, zones by name, nanoseconds. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.builtin.time;
