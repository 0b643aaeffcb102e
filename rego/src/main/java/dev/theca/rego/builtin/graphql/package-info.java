/** GraphQL documents (specification of October 2021): their trees, and whether a schema holds. */
@org.jspecify.annotations.NullMarked
package dev.theca.rego.builtin.graphql;
