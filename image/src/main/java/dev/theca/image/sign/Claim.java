package dev.theca.image.sign;

import dev.theca.wire.Digest;

/** What a verified signature says: a digest, and the image's name; empty when it names none. */
record Claim(Digest digest, String name) {}
