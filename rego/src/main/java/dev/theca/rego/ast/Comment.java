package dev.theca.rego.ast;

import dev.theca.rego.Location;

/**
 * One comment, to the end of its line.
 *
 * @param at where its {@code #} stands
 * @param text behind the {@code #}, without the line's end
 */
public record Comment(Location at, String text) {}
