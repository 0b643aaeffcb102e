package dev.theca.broker.seal;

/**
 * A data key, as an administrator may see it.
 *
 * @param kek the key-encryption key that wraps it
 * @param createdMillis since 1970
 * @param sealings how many uses were reserved; at least as many as were made
 */
public record DataKeyStatus(long id, String kek, long createdMillis, long sealings) {}
