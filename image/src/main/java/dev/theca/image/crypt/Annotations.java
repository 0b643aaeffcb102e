package dev.theca.image.crypt;

/** The annotations of encrypted layers (ocicrypt, "Image Encryption Annotations"). */
public final class Annotations {
  public static final String ALL = "org.opencontainers.image.enc.";
  public static final String PUBLIC_OPTIONS = ALL + "pubopts";
  public static final String KEYS = ALL + "keys.";
  public static final String JWE = KEYS + "jwe";
  public static final String PKCS7 = KEYS + "pkcs7";
  public static final String PGP = KEYS + "pgp";
  public static final String PKCS11 = KEYS + "pkcs11";

  /** What the name of a key provider follows. */
  public static final String PROVIDER = KEYS + "provider.";

  /** The key provider of Confidential Containers. */
  public static final String ATTESTATION_AGENT = PROVIDER + "attestation-agent";

  private Annotations() {}
}
