package dev.theca.broker.kbs;

import java.time.Instant;

/**
 * A challenge that this broker made and that is not over.
 *
 * @param id names the session
 * @param hash of the report data: sha256, sha384 or sha512
 * @param nonce as the client was given it
 */
record Challenge(String id, String tee, String hash, String nonce, Instant expires) {}
