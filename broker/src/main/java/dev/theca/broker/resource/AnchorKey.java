package dev.theca.broker.resource;

/**
 * Whose volume: the caller takes tenant and owner from attested claims, not from the request alone.
 *
 * @param owner an identity, such as a measurement with its signer; at most 512 printable characters
 * @param volume the owner's name of the volume: letters, digits, dots, _ and -, at most 128
 */
public record AnchorKey(String tenant, String owner, String volume) {
  boolean isValid() {
    return ResourcePath.isTenant(tenant)
        && owner.matches("[!-~]{1,512}")
        && volume.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  }
}
