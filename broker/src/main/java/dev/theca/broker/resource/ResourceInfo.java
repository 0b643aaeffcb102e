package dev.theca.broker.resource;

import java.time.Instant;
import java.util.Optional;

/**
 * A resource as a whole.
 *
 * @param lastVersion the newest version's number, whether or not it is given
 * @param recipe how its next version is generated; empty when versions are put
 * @param rotates when the next version is due
 */
public record ResourceInfo(
    String path, long lastVersion, Optional<Recipe> recipe, Optional<Instant> rotates) {}
