package dev.theca.rego.builtin.crypto;

import java.util.List;

/** Extended key usages, by Go's numbers. */
final class Usage {
  static final int ANY = 0;
  static final int SERVER = 1;

  private static final String ID = "1.3.6.1.5.5.7.3.";

  /** In the order of the numbers. */
  private static final List<String> IDS =
      List.of(
          "2.5.29.37.0",
          ID + 1,
          ID + 2,
          ID + 3,
          ID + 4,
          ID + 5,
          ID + 6,
          ID + 7,
          ID + 8,
          ID + 9,
          "1.3.6.1.4.1.311.10.3.3",
          "2.16.840.1.113730.4.1",
          "1.3.6.1.4.1.311.2.1.22",
          "1.3.6.1.4.1.311.61.1.1");

  /** How options name them, in the order of the numbers. */
  private static final List<String> NAMES =
      List.of(
          "KeyUsageAny",
          "KeyUsageServerAuth",
          "KeyUsageClientAuth",
          "KeyUsageCodeSigning",
          "KeyUsageEmailProtection",
          "KeyUsageIPSECEndSystem",
          "KeyUsageIPSECTunnel",
          "KeyUsageIPSECUser",
          "KeyUsageTimeStamping",
          "KeyUsageOCSPSigning",
          "KeyUsageMicrosoftServerGatedCrypto",
          "KeyUsageNetscapeServerGatedCrypto",
          "KeyUsageMicrosoftCommercialCodeSigning",
          "KeyUsageMicrosoftKernelCodeSigning");

  private Usage() {}

  /** -1 for an unknown one. */
  static int number(String id) {
    return IDS.indexOf(id);
  }

  /** -1 for an unknown one. */
  static int named(String name) {
    return NAMES.indexOf(name);
  }
}
