/** One form for every policy, that of {@code opa fmt}. */
package dev.theca.rego.fmt;
