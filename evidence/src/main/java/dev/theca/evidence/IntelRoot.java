package dev.theca.evidence;

/**
 * The key of the Intel SGX Root CA, which certificates of 2018 and later share; pinned by key,
 * because more than one certificate over it is valid.
 */
final class IntelRoot {
  static final String SPKI_SHA256 =
      "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e";

  private IntelRoot() {}
}
