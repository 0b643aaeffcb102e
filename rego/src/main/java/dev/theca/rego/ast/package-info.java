/** What a policy says, as a tree; nothing here has an opinion. */
package dev.theca.rego.ast;
