package dev.theca.image.remote;

import dev.theca.image.ImageRef;

/**
 * Where an image is asked for, which may differ from the name that its user gave: a mirror, another
 * location. Policies judge the user's name, never this.
 */
record Place(ImageRef ref, boolean insecure) {}
