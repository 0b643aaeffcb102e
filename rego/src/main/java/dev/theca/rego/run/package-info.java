/**
 * Plans and their evaluation: variables are slots, conditions are steps in a fixed order, null is
 * "undefined". Every step is counted.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.run;
