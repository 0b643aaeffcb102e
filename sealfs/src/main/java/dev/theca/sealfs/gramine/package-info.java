/**
 * Gramine's protected files, format version 2 (and reading of version 1): writer, reader, export of
 * a whole tree, and the listing that a start-up check compares a host tree with. Pure Java and
 * plain file calls, so that it runs unchanged inside a LibOS. The format is described in {@code
 * sealfs/GRAMINE.md}.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.sealfs.gramine;
