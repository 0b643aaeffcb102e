package dev.theca.broker.policy;

import dev.theca.evidence.TrustVector.Tier;
import dev.theca.wire.Code;

/** What a trust claim's value means, as a code (draft-ietf-rats-ar4si, section 2.3.2). */
public final class TrustClaimCode {
  private TrustClaimCode() {}

  /** Such as {@code executables-unrecognized} for 33. */
  public static Code of(String claim, int value) {
    return Code.of(claim + "-" + word(claim, value));
  }

  private static String word(String claim, int value) {
    if (value == 99) return "unverified";
    String special =
        switch (claim) {
          case "instance-identity" ->
              value == 97 ? "unrecognized" : value == 96 ? "untrustworthy" : "";
          case "configuration" ->
              switch (value) {
                case 32 -> "unsafe";
                case 36 -> "unavailable";
                case 96 -> "unsupportable";
                default -> "";
              };
          case "executables" ->
              switch (value) {
                case 32 -> "unsafe";
                case 33 -> "unrecognized";
                case 96 -> "contraindicated";
                default -> "";
              };
          case "file-system" -> value == 32 ? "unrecognized" : "";
          case "hardware" ->
              switch (value) {
                case 32 -> "unsafe";
                case 96 -> "contraindicated";
                case 97 -> "unrecognized";
                default -> "";
              };
          case "runtime-opaque" -> value == 32 ? "isolated" : value == 96 ? "visible" : "";
          case "storage-opaque" -> value == 32 ? "software-keys" : value == 96 ? "unencrypted" : "";
          case "sourced-data" -> value == 32 ? "untrusted" : "";
          default -> "";
        };
    return special.isEmpty() ? Tier.of(value).word() : special;
  }
}
