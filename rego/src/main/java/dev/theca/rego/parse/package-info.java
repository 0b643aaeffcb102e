/** From text to tree. */
package dev.theca.rego.parse;
